// For checkers of projects in Python.
import { assert, run } from './kit.mjs'

const PYTHON = process.env['EVAL_PYTHON'] ?? 'python3'
const QUIET = { PYTHONDONTWRITEBYTECODE: '1' }

/**
 * Runs Python in the folder of the work.
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [how]
 */
export const python = (args, how) => run(PYTHON, args, { ...how, env: QUIET })

/**
 * Runs lines of Python that raise where something does not hold.
 * @param {string} code
 */
export function holds(code) {
  const { code: ended, err } = python(['-c', code])
  assert.equal(ended, 0, err.trim().split('\n').at(-1))
}

/** Whether the unit tests of a folder pass, and there are some. */
export function unittestsPass(cwd = '.', names = /** @type {string[]} */ ([])) {
  const { code, err } = python(['-m', 'unittest', ...names], { cwd })
  return code === 0 && /^Ran [1-9]/m.test(err)
}
