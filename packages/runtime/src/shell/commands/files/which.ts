import type { Call, Command } from '../command'
import { joinPath, lookFor } from './look'

function isProgram(call: Call, path: string): boolean {
  const look = lookFor(call, path)
  return look !== undefined && look.type === 'file' && (look.mode & 0o111) !== 0
}

function placesOf(call: Call, name: string): readonly string[] {
  if (name.includes('/')) return isProgram(call, name) ? [name] : []
  const folders = (call.env.get('PATH') ?? '').split(':').map((folder) => (folder === '' ? '.' : folder))
  return folders.map((folder) => joinPath(folder, name)).filter((path) => isProgram(call, path))
}

/** Where programs are found. Debian's: `-a` and nothing else. */
export const whichCommand: Command = {
  name: 'which',
  summary: 'tells where programs are found, with -a all places',
  run: async (call) => {
    const first = call.args.findIndex((word) => word === '--' || !/^-./.test(word))
    const end = first < 0 ? call.args.length : first
    const options = call.args.slice(0, end)
    const names = call.args.slice(call.args[end] === '--' ? end + 1 : end)
    const odd = options.map((word) => /[^a]/.exec(word.slice(1))?.[0]).find((letter) => letter !== undefined)
    if (odd !== undefined) {
      await call.stderr.write(`Illegal option -${odd}\n`)
      await call.stdout.write('Usage: /usr/bin/which [-a] args\n')
      return 2
    }
    let code = names.length === 0 ? 1 : 0
    for (const name of names) {
      const found = placesOf(call, name)
      if (found.length === 0) code = 1
      for (const path of options.length > 0 ? found : found.slice(0, 1)) await call.stdout.write(`${path}\n`)
    }
    return code
  },
}
