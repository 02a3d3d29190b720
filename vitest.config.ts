import { defineConfig } from 'vitest/config';

/** Tests start servers and wait for them; how long that takes on a busy machine is no failure. */
export default defineConfig({ test: { testTimeout: 60_000 } });
