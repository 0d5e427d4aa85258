import { spawn } from 'node:child_process'

/** The system's own way to open an address. `start` is a word of cmd.exe; its first quoted argument would be a window title. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '""'],
}

/** Opens the address in the person's browser. Where that does not work, `failed` is called with why; nothing is thrown. */
export function openBrowser(url: string, failed: (why: string) => void): void {
  const [command = 'xdg-open', ...before] = OPENERS[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...before, url], { stdio: 'ignore', detached: true })
  child.once('error', (error) => failed('code' in error && error.code === 'ENOENT' ? `${command} is not installed` : error.message))
  child.once('exit', (code) => {
    if (code !== null && code !== 0) failed(`${command} ended with ${code}`)
  })
  child.unref()
}
