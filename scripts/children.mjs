import { spawn } from 'node:child_process'
import { ROOT } from './steps.mjs'

/**
 * Starts long-running node programs on this terminal and ends with the first of them: its exit code becomes ours, the others are told to stop.
 * @param {readonly { args: readonly string[], env?: Record<string, string> }[]} programs
 */
export function runTogether(programs) {
  const children = programs.map(({ args, env }) =>
    spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } }),
  )
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    for (const child of children) if (child.exitCode === null) child.kill(signal)
  }
  // A terminal sends Ctrl+C to the whole group, and a second one would cut a graceful stop short; without one they must hear it from us.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) stop('SIGINT')
  })
  process.on('SIGTERM', () => stop('SIGTERM'))
  for (const child of children) {
    child.on('exit', (code, signal) => {
      process.exitCode ??= code ?? (signal ? 0 : 1)
      stop('SIGTERM')
    })
  }
}
