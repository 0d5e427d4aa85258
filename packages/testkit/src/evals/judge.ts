import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ON_DISK } from '../disk-folder'
import type { EvalTask } from './task-list'

/** What a checker found. */
export interface Judgement {
  readonly isSolved: boolean
  /** Why not, in one line. */
  readonly why: string
}

/** Where a checker runs. */
export interface JudgePlace {
  /** `node_modules` of this repository. */
  readonly modules: string
  /** Program and arguments in front of a command, for the folder that it may write; none where nothing confines it. */
  readonly before: (folder: string) => readonly string[]
  /** Python, where there is one. */
  readonly python: string | undefined
}

/** The last word of a checker that came to its end: a program that leaves early in the middle of one must not pass for solved. */
const LAST_WORD = 'every check holds'
const MOST_MS = 120_000
/** Of each of its streams the end is kept. */
const MOST_KEPT = 64 * 1024
/** One that writes more than this is ended. */
const MOST_SAID = 10 * 1024 * 1024
/** What still comes after its end is read until nothing came for so long: what it started may hold its pipes open for ever. */
const LAST_WORDS_MS = 2000

/** Runs the checker of a task on finished work, in a folder of its own, by the machine's own Node. */
export async function judge({ checker, project }: EvalTask, files: ReadonlyMap<string, Uint8Array>, place: JudgePlace): Promise<Judgement> {
  const root = mkdtempSync(join(ON_DISK, 'eval-'))
  const work = join(root, 'work')
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(work, path)), { recursive: true })
      writeFileSync(join(work, path), bytes)
    }
    for (const name of project.packages) {
      mkdirSync(dirname(join(work, 'node_modules', name)), { recursive: true })
      symlinkSync(join(place.modules, name), join(work, 'node_modules', name))
    }
    const { code, out, err, isTooMuch } = await run([...place.before(root), process.execPath, checker], { cwd: work, python: place.python })
    if (isTooMuch) return { isSolved: false, why: `the checker wrote more than ${MOST_SAID} bytes` }
    if (code === 0 && out.trimEnd().endsWith(LAST_WORD)) return { isSolved: true, why: '' }
    return { isSolved: false, why: reasonIn(err) ?? (code === null ? 'it took too long' : `the checker ended early with ${code}`) }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The message of what was thrown. */
function reasonIn(err: string): string | undefined {
  const line = err.split('\n').find((one) => /^(\w*Error\b.*?|Uncaught.*?): /.test(one))
  return line?.replace(/^\w*Error( \[\w+\])?: /, '').slice(0, 300)
}

interface Ran {
  /** Null: it was ended. */
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** It was ended because of what it wrote. */
  readonly isTooMuch: boolean
}

function run(
  [program = '', ...args]: readonly string[],
  { cwd, python = 'python3' }: { readonly cwd: string; readonly python: string | undefined },
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    // None of our variables: a key may be among them.
    const env = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', HOME: cwd, TMPDIR: dirname(cwd), EVAL_PYTHON: python }
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: MOST_MS, killSignal: 'SIGKILL' })
    const said = { out: '', err: '' }
    let size = 0
    let late: NodeJS.Timeout | undefined
    const keep = (name: keyof typeof said) => (part: Buffer) => {
      size += part.length
      said[name] = (said[name] + String(part)).slice(-MOST_KEPT)
      if (size > MOST_SAID) child.kill('SIGKILL')
      late?.refresh()
    }
    child.stdout.on('data', keep('out'))
    child.stderr.on('data', keep('err'))
    child.once('error', reject)
    child.once('exit', (code) => {
      const end = (): void => {
        clearTimeout(late)
        for (const stream of [child.stdout, child.stderr]) stream.destroy()
        resolve({ code, ...said, isTooMuch: size > MOST_SAID })
      }
      late = setTimeout(end, LAST_WORDS_MS)
      child.once('close', end)
    })
  })
}
