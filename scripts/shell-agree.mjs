import './node-version.mjs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { ROOT, runNode, tool } from './steps.mjs'

/** Compares our shell with the machine's, or draws command lines to compare: `npm run shell:agree`, `npm run shell:fuzz`. */
const [what = 'agreement', ...rest] = process.argv.slice(2)
// Of Python every run is a worker of its own, with the pack that the build makes: that is a test's to do.
const isPython = what === 'agreement' && rest.some((word) => word.startsWith('own-python'))
if (isPython) {
  const test = 'packages/runtime/src/hands/embedded/python/python-cases.test.ts'
  const ended = await runNode([tool('vitest/vitest.mjs'), 'run', test], { show: true, env: { TABWRIGHT_PYTHON_CASES: 'all' } })
  process.exit(ended.code)
}
const file = join(ROOT, `node_modules/.cache/tabwright-shell/${what}.mjs`)
const bundle = await rolldown({ input: join(ROOT, `packages/testkit/src/${what}/main.ts`), platform: 'node', external: [/^node:/] })
await bundle.write({ file, format: 'esm', codeSplitting: false })
await bundle.close()
process.exitCode = (await runNode([file, ...rest], { show: true })).code
