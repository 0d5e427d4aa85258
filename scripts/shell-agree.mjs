import './node-version.mjs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { ROOT, runNode } from './steps.mjs'

/** Compares our shell with the machine's, or draws command lines to compare: `npm run shell:agree`, `npm run shell:fuzz`. */
const [what = 'agreement', ...rest] = process.argv.slice(2)
const file = join(ROOT, `node_modules/.cache/tabwright-shell/${what}.mjs`)
const bundle = await rolldown({ input: join(ROOT, `packages/testkit/src/${what}/main.ts`), platform: 'node', external: [/^node:/] })
await bundle.write({ file, format: 'esm', codeSplitting: false })
await bundle.close()
process.exitCode = (await runNode([file, ...rest], { show: true })).code
