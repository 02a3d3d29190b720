/** The released versions that tests of this folder run, and that are fetched ahead of them. */
export const fetchedVersions: readonly string[] = [
  ...['0.121.0', '0.122.0', '0.124.0', '0.130.0', '0.136.0', '0.144.6', '0.150.0'],
  ...['0.153.4', '0.157.1', '0.164.0', '0.165.0', '0.166.0', '0.171.0'],
];
