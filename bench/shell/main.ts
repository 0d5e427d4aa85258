import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sessionId } from '../../packages/protocol/src'
import { embeddedHands } from '../../packages/runtime/src/hands/embedded/embedded-hands'
import { embeddedSystem, placeCommands } from '../../packages/runtime/src/hands/embedded/system'
import { runScript } from '../../packages/testkit/src/run-script'
import type { System } from '../../packages/runtime/src/shell/system'
import { bytesOf } from '../../packages/runtime/src/shell/text'
import { parentName } from '../../packages/runtime/src/shell/tree/tree-node'
import { openWorkspace } from '../../packages/runtime/src/workspace/workspace'
import { frameTexts } from '../../packages/testkit/src/frame-bundles'
import { openThreadFrame } from '../../packages/testkit/src/thread-frame'

/** Milliseconds of each side. Each script runs by both once, so that both know what they will need, and then counts. */
export interface ShellSample {
  readonly commands: Side
  readonly grep: Side
  readonly commit: Side
  readonly first: number
}

interface Side {
  readonly ours: number
  readonly real: number
}

const COMMANDS = 200
const FILES = 5000
const COMMITTED = 1000

/** A tree as a project has it: 5,000 files of 1.5 KB in 100 folders, a word to find in every tenth. */
function projectFiles(): Map<string, string> {
  const files = new Map<string, string>()
  for (let i = 0; i < FILES; i++) {
    const lines = Array.from({ length: 30 }, (_, line) => `export const value${line} = compute(${i}, ${line}) // line of text`)
    if (i % 10 === 0) lines[12] = `// the needle of file ${i}`
    files.set(`src/part${i % 100}/file${i}.ts`, `${lines.join('\n')}\n`)
  }
  return files
}

function ourSystem(files: ReadonlyMap<string, string>): System {
  const system = embeddedSystem({
    spawn: () => {
      throw new Error('programs do not run here')
    },
    isOver: () => false,
  })
  for (const [path, text] of files) {
    system.tree.mkdir(parentName(`/workspace/${path}`), true)
    system.tree.writeFile(`/workspace/${path}`, bytesOf(text))
  }
  placeCommands(system)
  return system
}

async function ours(system: System, script: string): Promise<number> {
  const since = performance.now()
  const { code, err } = await runScript(system, script, { cwd: '/workspace' })
  if (code !== 0) throw new Error(`${script}: ${err}`)
  return performance.now() - since
}

function real(folder: string, script: string): number {
  const since = performance.now()
  const run = spawnSync('bash', ['-c', script], { cwd: folder, maxBuffer: 1e9 })
  if (run.status !== 0) throw new Error(`${script}: ${run.stderr.toString()}`)
  return performance.now() - since
}

async function both(system: System, folder: string, script: string): Promise<Side> {
  await ours(system, script)
  real(folder, script)
  return { ours: await ours(system, script), real: real(folder, script) }
}

const GIT = 'rm -rf .git; git init -q; git config user.name A; git config user.email a@b; git add -A; git commit -qm all'

async function firstCommand(): Promise<number> {
  await frameTexts()
  const since = performance.now()
  const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
  const signal = new AbortController().signal
  const lease = await hands.provision(sessionId('bench'), signal)
  const files = openWorkspace({
    entries: [],
    now: () => Date.now(),
    loadBlob: () => Promise.reject(new Error('nothing is stored')),
  }).draft()
  await hands.execute(lease, 'shell', { command: 'echo hi' }, { signal, files, output: () => undefined })
  const took = performance.now() - since
  await hands.release(lease)
  return took
}

async function measure(): Promise<ShellSample> {
  const files = projectFiles()
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const system = ourSystem(files)
    // Programs, so that the real side starts one for each: what a command costs, not what a loop costs.
    const commands = await both(system, folder, `for ((i=0;i<${COMMANDS};i++)); do cat /dev/null; done`)
    const grep = await both(system, folder, 'grep -rn needle src > /tmp/found; wc -l < /tmp/found')
    const few = `find src -name 'file*' | sort | tail -n +${COMMITTED + 1} | xargs rm; ${GIT}`
    const commit = { real: real(folder, few), ours: await ours(system, few) }
    return { commands, grep, commit, first: await firstCommand() }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

console.log(JSON.stringify(await measure()))
process.exit(0)
