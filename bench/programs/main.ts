import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { context as bareContext, build as bareBuild } from 'esbuild-wasm'
import { sessionId } from '../../packages/protocol/src'
import { embeddedHands } from '../../packages/runtime/src/hands/embedded/embedded-hands'
import { openWorkspace } from '../../packages/runtime/src/workspace/workspace'
import { bundlerPack, frameTexts, pythonPack } from '../../packages/testkit/src/frame-bundles'
import { openThreadFrame } from '../../packages/testkit/src/thread-frame'

/** Milliseconds of our side and of the machine's own program, each warm; memory in bytes. */
export interface ProgramsSample {
  /** `node -e 1` in an empty folder. */
  readonly start: Side
  /** The same beside 6,000 files. */
  readonly startLarge: Side
  /** A script of one file that reads one, beside 6,000 files. */
  readonly script: Side
  readonly bundle: Side
  readonly reload: Side
  readonly python: Side
  /** What this process grew by when it got the project, beside the project's own bytes. */
  readonly memory: Side
}

interface Side {
  readonly ours: number
  readonly real: number
}

const FILES = 6000
const FILE_BYTES = 4000
const TIMES = 5
const { signal } = new AbortController()
const encoder = new TextEncoder()
const hands = embeddedHands({
  openFrame: () => Promise.resolve(openThreadFrame()),
  bundles: frameTexts,
  bundler: bundlerPack,
  python: () => pythonPack(),
})

const middle = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

/** The median of some runs after a first one. */
async function timed(run: (n: number) => Promise<unknown> | undefined, times = TIMES): Promise<number> {
  await run(0)
  const took: number[] = []
  for (let n = 1; n <= times; n++) {
    const since = performance.now()
    await run(n)
    took.push(performance.now() - since)
  }
  return middle(took)
}

interface Session {
  shell(command: string): Promise<string>
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>
  get(port: number, path: string): Promise<string>
  end(): Promise<void>
}

async function session(name: string): Promise<Session> {
  const lease = await hands.provision(sessionId(name), signal)
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  return {
    shell: async (command) => {
      const files = workspace.draft()
      const { text, exitCode } = await hands.execute(
        lease,
        'shell',
        { command, timeoutMs: 120_000 },
        { signal, files, output: () => undefined },
      )
      await files.settle()
      workspace.adopt(files.delta())
      if (exitCode !== 0) throw new Error(`${command}: ${text}`)
      return text
    },
    write: async (files) => {
      const draft = workspace.draft()
      for (const [path, content] of Object.entries(files))
        draft.write(path, typeof content === 'string' ? encoder.encode(content) : content)
      await draft.settle()
      workspace.adopt(draft.delta())
    },
    get: async (port, path) => {
      await hands.terminals.sync(lease, { signal, files: workspace.draft() })
      const { body } = await hands.ports.request(lease, { port, method: 'GET', path, headers: [['accept', '*/*']] }, signal)
      const decoder = new TextDecoder()
      let text = ''
      for await (const part of body) text += decoder.decode(part, { stream: true })
      return text
    },
    end: () => hands.release(lease),
  }
}

function real(program: string, args: readonly string[], cwd: string): void {
  const run = spawnSync(program, args, { cwd })
  if (run.status !== 0) throw new Error(`${program}: ${run.stderr.toString()}`)
}

/** A project of 6,000 files, and a script that reads one of them. */
function largeProject(): Record<string, string> {
  const files: Record<string, string> = { 'one.mjs': "import { readFileSync } from 'node:fs'\nreadFileSync('src/part7/file7.ts')\n" }
  for (let n = 0; n < FILES; n++)
    files[`src/part${n % 100}/file${n}.ts`] = `${`export const value${n} = ${n} // `.padEnd(99, '.')}\n`.repeat(FILE_BYTES / 100)
  return files
}

async function starts(): Promise<Pick<ProgramsSample, 'start' | 'startLarge' | 'script' | 'memory'>> {
  const large = largeProject()
  const folder = mkdtempSync(join(tmpdir(), 'programs-'))
  const [small, big] = [await session('small'), await session('large')]
  try {
    for (const [path, text] of Object.entries(large)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const node = async (): Promise<number> => timed(async () => real(process.execPath, ['-e', '1'], folder))
    const start = { ours: await timed(() => small.shell('node -e 1')), real: await node() }
    await big.shell('node -e 1')
    const before = process.memoryUsage().rss
    await big.write(large)
    await big.shell('true')
    const memory = { ours: process.memoryUsage().rss - before, real: Object.values(large).reduce((sum, { length }) => sum + length, 0) }
    const startLarge = { ours: await timed(() => big.shell('node -e 1')), real: await node() }
    const script = {
      ours: await timed(() => big.shell('node one.mjs')),
      real: await timed(async () => real(process.execPath, ['one.mjs'], folder)),
    }
    return { start, startLarge, script, memory }
  } finally {
    await small.end()
    await big.end()
    rmSync(folder, { recursive: true })
  }
}

/** A React page and what it is made of, as npm lays it out. */
function reactProject(): Record<string, string | Uint8Array> {
  const files: Record<string, string | Uint8Array> = {
    'package.json': '{ "name": "app", "type": "module" }',
    'index.html': '<!doctype html><html><body><div id="app"></div><script type="module" src="/main.jsx"></script></body></html>',
    'main.jsx': `import { createRoot } from 'react-dom/client'\nimport { App } from './app.jsx'\ncreateRoot(document.querySelector('#app')).render(<App />)\n`,
    'app.jsx': edited(0),
  }
  for (const name of ['react', 'react-dom', 'scheduler']) {
    const home = realpathSync(join('node_modules', name))
    for (const path of readdirSync(home, { recursive: true, encoding: 'utf8' }))
      if (statSync(join(home, path)).isFile()) files[`node_modules/${name}/${path}`] = readFileSync(join(home, path))
  }
  return files
}

const edited = (n: number): string =>
  `import { useState } from 'react'\nexport function App() { const [n] = useState(0); return <h1>round ${n} {n}</h1> }\n`

async function bundles(): Promise<Pick<ProgramsSample, 'bundle' | 'reload'>> {
  const project = reactProject()
  const folder = mkdtempSync(join(tmpdir(), 'programs-'))
  const one = await session('bundles')
  try {
    for (const [path, content] of Object.entries(project)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    await one.write(project)
    const how = {
      bundle: true,
      write: false as const,
      jsx: 'automatic' as const,
      define: { 'process.env.NODE_ENV': '"production"' },
      absWorkingDir: folder,
    }
    const bundle = {
      ours: await timed(() => one.shell('vite build'), 2),
      real: await timed(() => bareBuild({ ...how, entryPoints: ['main.jsx'], minify: true }), 2),
    }
    await one.shell('vite --port 4000 > log & while ! grep -q Local log; do sleep 0.02; done')
    await one.get(4000, '/')
    const shown = async (n: number): Promise<void> => {
      await one.write({ 'app.jsx': edited(n + 1) })
      await one.get(4000, '/')
      const text = await one.get(4000, '/@bundle/entry.js')
      if (!text.includes(`round ${n + 1} `)) throw new Error('the edit is not there')
    }
    const bare = await bareContext({ ...how, entryPoints: ['main.jsx'], packages: 'external', sourcemap: 'inline' })
    const rebuilt = async (n: number): Promise<void> => {
      writeFileSync(join(folder, 'app.jsx'), edited(n + 1))
      await bare.rebuild()
    }
    const reload = { ours: await timed(shown), real: await timed(rebuilt) }
    await bare.dispose()
    return { bundle, reload }
  } finally {
    await one.end()
    rmSync(folder, { recursive: true })
  }
}

async function pythons(): Promise<Side> {
  const one = await session('python')
  // Not a wrapper of it.
  const asked = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' })
  try {
    const ours = await timed(() => one.shell('python3 -c "print(1)"'), 3)
    return { ours, real: await timed(async () => real(asked.stdout.trim(), ['-c', 'print(1)'], tmpdir()), 3) }
  } finally {
    await one.end()
  }
}

const sample: ProgramsSample = { ...(await starts()), ...(await bundles()), python: await pythons() }
console.log(JSON.stringify(sample))
process.exit(0)
