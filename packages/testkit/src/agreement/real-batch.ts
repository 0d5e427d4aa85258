import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bytesOf, textOf } from '../../../runtime/src/shell/text'
import type { Outcome } from '../command-lab'

/** A script for the machine's bash, and the files around it. */
export interface RealTrial {
  readonly script: string
  readonly files: Readonly<Record<string, string>>
}

/** When the files around a script were last changed, in seconds since 1970: 2024-06-01T12:00:00Z. */
export const FIXTURE_TIME = 1_717_243_200

/**
 * Runs every script named on standard input in a folder of its own. One bash for many: starting one for each from Node takes longer than
 * most of the scripts.
 */
const DRIVER = `umask 022
while IFS='|' read -r at files; do
  cp -a "$files" "$at/workspace"
  mkdir -p "$at/home/user" "$at/tmp"
  cd "$at/workspace" || exit 1
  env -i PATH="$PATH" HOME="$at/home/user" LANG=C.UTF-8 TMPDIR="$at/tmp" TERM=dumb \\
    timeout -k 1 20 bash -c "$(<"$at/script")" </dev/null >"$at/out" 2>"$at/err"
  echo $? >"$at/code"
done`

/** How many scripts run at once: many of them wait. */
const LANES = 4

/** What the machine's bash and its tools make of scripts. Their folders are told as `/workspace`, `/home/user` and `/tmp`. */
export async function realOutcomes(trials: readonly RealTrial[], below = tmpdir()): Promise<readonly Outcome[]> {
  const root = mkdtempSync(join(below, 'real-'))
  try {
    const templates = new Map<RealTrial['files'], string>()
    const places = trials.map(({ script, files }, index) => {
      const at = join(root, String(index))
      mkdirSync(at)
      writeFileSync(join(at, 'script'), bytesOf(script))
      const template = templates.get(files) ?? planted(join(root, `files-${templates.size}`), files)
      templates.set(files, template)
      return { at, template }
    })
    const lanes = Array.from({ length: LANES }, (_, lane) => drive(places.filter((_place, index) => index % LANES === lane)))
    await Promise.all(lanes)
    return places.map(({ at }) => outcomeAt(at))
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

function planted(folder: string, files: RealTrial['files']): string {
  mkdirSync(folder)
  const folders = new Set([folder])
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, bytesOf(text))
    utimesSync(target, FIXTURE_TIME, FIXTURE_TIME)
    for (let at = dirname(target); at.length > folder.length; at = dirname(at)) folders.add(at)
  }
  for (const at of folders) utimesSync(at, FIXTURE_TIME, FIXTURE_TIME)
  return folder
}

interface Place {
  readonly at: string
  readonly template: string
}

function drive(places: readonly Place[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const bash = spawn('bash', ['-c', DRIVER], { stdio: ['pipe', 'ignore', 'inherit'] })
    bash.on('error', reject)
    bash.on('exit', () => resolve())
    bash.stdin.end(places.map(({ at, template }) => `${at}|${template}\n`).join(''))
  })
}

function outcomeAt(at: string): Outcome {
  // The folder above the workspace is the root of the tree.
  const above = new RegExp(`${at.replaceAll(/[.+]/g, '\\$&')}(?![/\\w.-])`, 'g')
  const told = (name: string): string =>
    textOf(readFileSync(join(at, name)))
      .replaceAll(above, '/')
      .replaceAll(at, '')
  return { out: told('out'), err: told('err'), code: Number(told('code')) }
}
