import './node-version.mjs'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compress } from './compress.mjs'
import { firstLoad, tooHeavy } from './first-load.mjs'
import { fingerprint, install, isStamped, stamp } from './fresh.mjs'
import { ROOT, report, runNode, tool } from './steps.mjs'

const VITE = tool('vite/bin/vite.js')
const COMMON = ['package-lock.json', 'tsconfig.base.json', 'packages/protocol']

/** What is built, from which sources, and the file that shows it is there. */
const TARGETS = [
  {
    name: 'web',
    sources: [
      ...COMMON,
      'vite.config.ts',
      'vite.frame.ts',
      'vite.typescript.ts',
      'vite.python.ts',
      'vite.bundler.ts',
      'vite.pack.ts',
      'vite.viewer.ts',
      'vite.offline.ts',
      'scripts/compress.mjs',
      'scripts/first-load.mjs',
      'public',
      'apps/web',
      'packages/runtime',
      'packages/relay-client',
      'packages/ui',
    ],
    output: 'dist/index.html',
    args: ['build', '--logLevel', 'warn'],
  },
  {
    name: 'relay',
    sources: [...COMMON, 'apps/relay', 'packages/relay-client'],
    output: 'dist-relay/main.mjs',
    args: ['build', '-c', 'apps/relay/vite.config.ts', '--logLevel', 'warn'],
  },
]

/** Compresses the app that was built. False when its first page is too heavy. */
async function isWebWhole() {
  const dist = join(ROOT, 'dist')
  const bytes = firstLoad(dist)
  const problem = tooHeavy(bytes)
  if (problem !== undefined) {
    console.error(problem)
    return false
  }
  await compress(dist)
  return true
}

/**
 * Builds what is older than its sources. False when a build failed; its output was printed.
 * @param {{ force?: boolean, only?: readonly string[] }} [options]
 */
export async function build({ force = false, only = TARGETS.map((target) => target.name) } = {}) {
  for (const target of TARGETS.filter(({ name }) => only.includes(name))) {
    // Taken before the build: a source that changes during it makes the next start build again.
    const value = fingerprint(target.sources)
    if (!force && existsSync(join(ROOT, target.output)) && isStamped(`built-${target.name}`, value)) continue
    const ended = await runNode([VITE, ...target.args])
    report(`build ${target.name}`, ended)
    if (ended.code !== 0) return false
    if (target.name === 'web' && !(await isWebWhole())) return false
    stamp(`built-${target.name}`, value)
  }
  return true
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await install()
  process.exitCode = (await build({ force: process.argv.includes('--force') })) ? 0 : 1
}
