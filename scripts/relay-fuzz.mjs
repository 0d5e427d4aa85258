import './node-version.mjs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { ROOT, runNode } from './steps.mjs'

/** `npm run fuzz:relay -- --frames 1000000 --seed 1`: mutated frames for a relay while others work with it. */
const OUT = join(ROOT, 'node_modules/.cache/tabwright-relay-fuzz/main.mjs')
const bundle = await rolldown({
  input: join(ROOT, 'apps/relay/src/engine/frame-fuzz-main.ts'),
  platform: 'node',
  // Its native part cannot be bundled.
  external: ['libsql'],
})
await bundle.write({ file: OUT, format: 'esm', codeSplitting: false })
await bundle.close()
process.exitCode = (await runNode(['--expose-gc', OUT, ...process.argv.slice(2)], { show: true })).code
