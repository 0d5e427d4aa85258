import './node-version.mjs'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { build } from './build.mjs'
import { ROOT, runNode } from './steps.mjs'

/** `npm run eval`: the built app through the tasks of `evals/projects` with a model (`docs/design/evals.md`). */
// In that folder, because what it is made of looks for the build and the tasks from there.
const file = join(ROOT, 'evals/.main.bundle.mjs')
const args = process.argv.slice(2)
// Nobody waits for a build to be told what the options are.
const isWork = !args.includes('--list')
const log = console.log
// The report alone goes to standard output.
console.log = console.error
const isBuilt = !isWork || (await build())
console.log = log
if (isBuilt) {
  const bundle = await rolldown({
    input: join(ROOT, 'evals/main.ts'),
    platform: 'node',
    external: [/^node:/, '@playwright/test', 'fflate'],
    resolve: { tsconfigFilename: join(ROOT, 'tsconfig.base.json') },
  })
  await bundle.write({ file, format: 'esm', codeSplitting: false })
  await bundle.close()
  try {
    process.exitCode = (await runNode([file, ...args], { show: true })).code
  } finally {
    rmSync(file, { force: true })
  }
} else process.exitCode = 1
