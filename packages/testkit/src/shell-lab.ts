import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { Command } from '../../runtime/src/shell/commands/command'
import type { Net } from '../../runtime/src/shell/net'
import { shellCommands } from '../../runtime/src/shell/language/shell-command'
import { bytesOf, textOf } from '../../runtime/src/shell/text'
import { FileTree } from '../../runtime/src/shell/tree/file-tree'
import { parentName } from '../../runtime/src/shell/tree/tree-node'
import { ON_DISK } from './disk-folder'
import { labSystem, type Outcome } from './command-lab'
import { runScript } from './run-script'

const FOLDER = '/workspace'

/** A script and the files around it. */
export interface ScriptTrial {
  readonly script: string
  readonly files?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Commands besides the shell's own. */
  readonly commands?: readonly Command[]
  /** The network of ours. */
  readonly net?: Net
}

/** Runs a script as `bash -c` in `/workspace`, by our shell. */
export async function tryShell(trial: ScriptTrial): Promise<Outcome> {
  const tree = new FileTree()
  const system = labSystem([...(trial.commands ?? []), ...shellCommands], tree, trial.net)
  tree.mkdir('/home/user', true)
  for (const [path, text] of Object.entries(trial.files ?? {})) {
    tree.mkdir(parentName(`${FOLDER}/${path}`), true)
    tree.writeFile(`${FOLDER}/${path}`, bytesOf(text))
  }
  return runScript(system, trial.script, { cwd: FOLDER, stdin: trial.stdin ?? '' })
}

/** Runs a script by the machine's bash. Its folder is told as `/workspace`. */
export function realShell(trial: ScriptTrial): Outcome {
  const folder = mkdtempSync(join(ON_DISK, 'real-'))
  try {
    for (const [path, text] of Object.entries(trial.files ?? {})) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), bytesOf(text))
    }
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/home/user', LANG: 'C.UTF-8', TMPDIR: '/tmp', TERM: 'dumb' }
    const run = spawnSync('bash', ['-c', trial.script], { cwd: folder, input: bytesOf(trial.stdin ?? ''), env, timeout: 20_000 })
    const told = (bytes: Uint8Array): string => textOf(bytes).replaceAll(folder, FOLDER)
    return { out: told(run.stdout), err: told(run.stderr), code: run.status ?? -1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Fails unless our shell writes what bash writes and ends as it ends; what it says on standard error may be worded otherwise. */
export async function expectAgreement(trial: ScriptTrial): Promise<void> {
  const seen = ({ out, err, code }: Outcome): object => ({ out, code, complains: err !== '' })
  for (let tries = RACES.test(trial.script) ? TRIES : 1; ; tries--) {
    const [ours, real] = [await tryShell(trial), realShell(trial)]
    if (tries > 1 && JSON.stringify(seen(ours)) !== JSON.stringify(seen(real))) continue
    return expect(seen(ours), ours.err).toEqual(seen(real))
  }
}

/** Who is faster matters in them: on a busy machine either side may lose. What always differs still does. */
const RACES = /\bsleep\b/
const TRIES = 3

/** Whether this machine has the tools that ours are compared with; says so where it has not. */
export function hasTools(...names: readonly string[]): boolean {
  const absent = names.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
  if (absent.length > 0) console.info(`Skipped, not installed here: ${absent.join(' ')}`)
  return absent.length === 0
}
