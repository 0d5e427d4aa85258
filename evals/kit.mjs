// What checkers have in common. A checker runs in the folder of the finished work and throws where something does not hold.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export { strict as assert } from 'node:assert'

/**
 * Text of a file of the work.
 * @param {string} path
 */
export const read = (path) => readFileSync(path, 'utf8')

/** @param {string} path */
export const isThere = (path) => existsSync(path)

/**
 * A module of the work.
 * @param {string} path
 */
export const load = (path) => import(pathToFileURL(resolve(path)).href)

/**
 * Runs a program in the folder of the work.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ input?: string, cwd?: string, env?: Record<string, string> }} [how]
 */
export function run(command, args, { input = '', cwd = '.', env = {} } = {}) {
  const ended = spawnSync(command, args, { input, cwd, env: { ...process.env, ...env }, encoding: 'utf8', timeout: 60_000 })
  if (ended.error) throw ended.error
  return { code: ended.status, out: ended.stdout, err: ended.stderr }
}

/**
 * The same for a script of Node.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [how]
 */
export const node = (args, how) => run(process.execPath, args, how)

/** The tests of the work pass; a checker wants that they still do. */
export function testsPass(cwd = '.') {
  const { code, out } = node(['--test'], { cwd })
  // A run that found no test ends well too.
  return code === 0 && /^(#|ℹ) pass [1-9]/m.test(out)
}

/**
 * Text of a file as the project was before anybody worked on it.
 * @param {string} checker `import.meta.url` of the checker
 * @param {string} path
 */
export const original = (checker, path) => readFileSync(new URL(`../../files/${path}`, checker), 'utf8')

/**
 * Whether the tests of the work notice that a file is otherwise, which is what tests are for.
 * @param {string} path
 * @param {string} text what stands there instead
 * @param {(cwd: string) => boolean} [pass] runs them in a folder
 */
export function testsNotice(path, text, pass = testsPass) {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'))
  try {
    cpSync('.', folder, { recursive: true, verbatimSymlinks: true })
    writeFileSync(join(folder, path), text)
    return !pass(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * A text with one thing changed, for tests to notice.
 * @param {string} text
 * @param {string} from has to be there
 * @param {string} to
 */
export function mutant(text, from, to) {
  if (!text.includes(from)) throw new Error(`the checker finds no ${from}`)
  return text.replace(from, () => to)
}

/** The last line of every checker: a program that leaves in the middle of one does not get here. */
export const solved = () => console.log('every check holds')
