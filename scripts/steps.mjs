import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Path of a tool that `npm ci` installed. Called through node itself: npx is slower and leaves children behind.
 * @param {string} file path below node_modules
 */
export const tool = (file) => join(ROOT, 'node_modules', file)

/**
 * @typedef {{ code: number, output: string, ms: number }} Ended
 * @typedef {{ show?: boolean, env?: Record<string, string> }} RunOptions `show`: output goes to the terminal, `output` stays empty
 */

/**
 * Runs one command in the repository's folder until it ends; never rejects: a command that cannot start ends with 127.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ended>}
 */
export function run(command, args, { show = false, env = {} } = {}) {
  const since = performance.now()
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const output = []
    /** @param {number} code */
    const ended = (code) => resolve({ code, output: Buffer.concat(output).toString('utf8'), ms: performance.now() - since })
    const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
    child.stdout?.on('data', (chunk) => output.push(chunk))
    child.stderr?.on('data', (chunk) => output.push(chunk))
    child.on('error', (error) => {
      output.push(Buffer.from(`${command}: ${error.message}\n`))
      ended(127)
    })
    child.on('close', (code) => ended(code ?? 1))
  })
}

/**
 * The same for a script of node.
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export const runNode = (args, options) => run(process.execPath, args, options)

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

/**
 * One line for one step, its output only when it failed.
 * @param {string} name
 * @param {Ended} ended
 */
export function report(name, ended) {
  console.log(`${ended.code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds(ended.ms)}`)
  if (ended.code !== 0 && ended.output) console.log(ended.output.trimEnd())
}
