/** Where it lies in the container, with what it is given: beside the project, and in no session's files. */
export const RUN_FOLDER = '.tabwright/run'
export const RUN_SCRIPT = `${RUN_FOLDER}/run.cjs`
/** What it says begins so; anything else in the terminal is somebody else's. */
export const MARK = '@tabwright:'

/** What {@link RUN_TEXT} is told, as a file. Paths are the container's. */
export interface RunOrder {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** A file with its standard input. */
  readonly input?: string
}

/**
 * Runs in the container, in front of each program. A program that is started from outside has a terminal: both its outputs are one, of
 * which lines and characters do not stay what they were, and its input has no end. This gives it pipes and tells of them in lines of base64.
 */
export const RUN_TEXT = `'use strict'
const { spawn } = require('node:child_process')
const fs = require('node:fs')
const { constants } = require('node:os')
const { argv, cwd, env, input } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
const say = (tag, bytes) => process.stdout.write('${MARK}' + tag + bytes + '\\n')
const stdin = input === undefined ? 'ignore' : fs.openSync(input, 'r')
const child = spawn(argv[0], argv.slice(1), { cwd, env: { ...process.env, ...env }, stdio: [stdin, 'pipe', 'pipe'], detached: true })
let isOver = false
const over = (code) => {
  if (isOver) return
  isOver = true
  process.stdin.destroy()
  say('x', String(code))
}
for (const [tag, stream] of [['1', child.stdout], ['2', child.stderr]])
  stream.on('data', (bytes) => {
    let hasRoom = true
    for (let at = 0; at < bytes.length; at += 49152) hasRoom = say(tag, bytes.subarray(at, at + 49152).toString('base64'))
    if (hasRoom) return
    stream.pause()
    process.stdout.once('drain', () => stream.resume())
  })
child.on('error', (error) => {
  say('2', Buffer.from(argv[0] + ': ' + (error.code === 'ENOENT' ? 'command not found' : error.message) + '\\n').toString('base64'))
  over(error.code === 'ENOENT' ? 127 : 126)
})
child.on('close', (code, signal) => over(code ?? 128 + (constants.signals[signal] ?? 9)))
process.stdin.on('data', () => {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
})
`
