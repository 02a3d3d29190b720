/** How a command writes its answer. */
export type OutputFormat =
  | { readonly kind: 'json' }
  | { readonly kind: 'ndjson' }
  | { readonly kind: 'csv' }
  /** `columns`: the width of the terminal. */
  | { readonly kind: 'text'; readonly color: boolean; readonly columns: number };
