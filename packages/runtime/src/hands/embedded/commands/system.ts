import type { Command } from 'just-bash/browser'
import { FsError } from '../fs-error'
import type { FileTree } from '../file-tree'
import { stdinBytes } from '../shell-files'
import { command, err, out, type Call, type Result } from './command'

const UNAME: Readonly<Record<string, string>> = { s: 'Linux', n: 'sandbox', r: '6.0.0', v: '#1 sandbox', m: 'x86_64', o: 'GNU/Linux' }

function uname({ args }: Call): Result {
  const letters = args.length === 0 ? 's' : args.join('').replaceAll('-', '')
  if (!/^[asnrvmo]+$/.test(letters)) return err(`uname: invalid option -- '${letters}'\n`)
  return out(
    `${(letters.includes('a') ? 'snrvmo' : letters)
      .split('')
      .map((letter) => UNAME[letter])
      .join(' ')}\n`,
  )
}

function id({ args }: Call): Result {
  const letters = args.join('').replaceAll('-', '')
  if (letters === '') return out('uid=1000(user) gid=1000(user) groups=1000(user)\n')
  if (!/^[ugGnr]+$/.test(letters)) return err(`id: invalid option -- '${letters}'\n`)
  return out(letters.includes('n') ? 'user\n' : '1000\n')
}

function realpath({ args, tree, at }: Call): Result {
  const names = args.filter((word) => !/^-[emsqz]$/.test(word))
  const isLoose = args.includes('-m')
  let problems = ''
  let text = ''
  for (const name of names) {
    try {
      text += `${isLoose ? at(name).replace(/(.)\/$/, '$1') : tree.realpath(at(name))}\n`
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      problems += `realpath: ${name}: No such file or directory\n`
    }
  }
  return names.length === 0 ? err('realpath: missing operand\n') : out(text, problems === '' ? 0 : 1, problems)
}

function mktemp({ args, tree, at }: Call): Result {
  const strange = args.find((word) => word.startsWith('-') && !['-d', '-t', '-p', '-u', '-q'].includes(word))
  if (strange !== undefined) return err(`mktemp: invalid option -- '${strange.replace(/^-+/, '')}'\n`)
  const place = args.indexOf('-p')
  const folder = place === -1 ? undefined : args[place + 1]
  const template = args.find((word, i) => !word.startsWith('-') && (place === -1 || i !== place + 1))
  const pattern = template ?? 'tmp.XXXXXXXXXX'
  if (!/X{3,}/.test(pattern)) return err(`mktemp: too few X's in template '${pattern}'\n`)
  const name = pattern.replace(/X{3,}(?!.*X{3})/, (xs) => Array.from(xs, () => Math.floor(Math.random() * 36).toString(36)).join(''))
  const isLocal = template !== undefined && folder === undefined && !args.includes('-t')
  const path = isLocal ? name : `${folder ?? '/tmp'}/${name}`
  if (args.includes('-d')) tree.mkdir(at(path))
  else if (!args.includes('-u')) tree.writeFile(at(path), new Uint8Array(), 0o600)
  return out(`${path}\n`)
}

function installFolders({ args, tree, at }: Call): Result {
  if (args[0] !== '-d') return err('install: only -d is in this sandbox; cp and chmod do the rest\n')
  for (const name of args.slice(1)) tree.mkdir(at(name), true)
  return out('')
}

function xxd({ args, tree, at, context }: Call): Result {
  const strange = args.find((word) => word.startsWith('-') && word !== '-p')
  if (strange !== undefined) return err(`xxd: the option ${strange} is not in this sandbox; there is -p\n`)
  const name = args.find((word) => !word.startsWith('-'))
  const bytes = name === undefined ? stdinBytes(context) : tree.readFile(at(name))
  const hex = (part: Uint8Array): string => Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join('')
  let text = ''
  const width = args.includes('-p') ? 30 : 16
  for (let start = 0; start < bytes.length; start += width) {
    const row = bytes.subarray(start, start + width)
    if (width === 30) {
      text += `${hex(row)}\n`
      continue
    }
    const shown = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
    text += `${start.toString(16).padStart(8, '0')}: ${hex(row).replace(/.{4}/g, '$& ').padEnd(40)} ${shown}\n`
  }
  return out(text)
}

/** Small commands that scripts take for granted and the library has not. */
export function systemCommands(tree: FileTree): Command[] {
  return [
    command('uname', tree, uname),
    command('id', tree, id),
    command('nproc', tree, () => out('1\n')),
    command('realpath', tree, realpath),
    command('mktemp', tree, mktemp),
    command('install', tree, installFolders),
    command('xxd', tree, xxd),
  ]
}
