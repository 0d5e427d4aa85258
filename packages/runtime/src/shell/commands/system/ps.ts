import type { Process } from '../../processes/process'
import { CommandError, NotImplemented, type Call, type Command } from '../command'
import { zoneOf } from '../dates/zones'
import { USER } from '../files/look'
import { PS_COLUMNS, type PsColumn, type PsScene } from './ps-columns'
import { allProcesses, shortName } from './processes'

interface Asked {
  readonly columns: readonly PsColumn[]
  readonly hasHeader: boolean
  readonly sort: readonly string[]
  fits(process: Process): boolean
}

const USAGE = `
Usage:
 ps [options]

 ps -e -f -F -l -A -a -x  ps aux  -o FORMAT  -p PIDS  -C NAMES  -u USERS  --ppid PIDS  --sort KEYS  --no-headers

For more details see ps(1).
`

const FORMS: Readonly<Record<string, string>> = {
  plain: 'pid,tty=TTY,time,comm=CMD',
  f: 'user=UID,pid,ppid,c,stime,tty=TTY,time,cmd',
  F: 'user=UID,pid,ppid,c,sz,rss,stime,tty=TTY,time,cmd',
  l: 'f,s,uid,pid,ppid,c,pri,ni,addr,sz,wchan,tty=TTY,time,comm=CMD',
  u: 'user,pid,%cpu,%mem,vsz,rss,tty=TTY,stat,bsdstart=START,bsdtime=TIME,args',
  x: 'pid,tty=TTY,stat,bsdtime=TIME,args',
  j: 'pid,pgid,sid,tty=TTY,time,comm=CMD',
}

function columnsOf(formats: readonly string[]): readonly PsColumn[] {
  return formats.flatMap((format) => {
    // A header may hold anything, so what follows its sign is one column.
    const parts = format.split(/[,\s]+/).filter((part) => part !== '')
    return parts.map((part) => {
      const at = part.indexOf('=')
      const name = at < 0 ? part : part.slice(0, at)
      const column = PS_COLUMNS.get(name.toLowerCase())
      if (column === undefined) throw new CommandError(`error: unknown user-defined format specifier "${name}"\n${USAGE}`)
      return at < 0 ? column : { ...column, header: part.slice(at + 1), width: column.width }
    })
  })
}

/** Reads the words of all its manners: Unix with a dash, BSD without, GNU with two. */
class Words {
  readonly formats: string[] = []
  readonly sort: string[] = []
  readonly letters = new Set<string>()
  readonly pids: number[] = []
  readonly parents: number[] = []
  readonly names: string[] = []
  readonly users: string[] = []
  isAll = false
  isBsd = false
  hasHeader = true
  readonly #rest: string[]

  constructor(args: readonly string[]) {
    this.#rest = [...args]
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (word.startsWith('--')) this.#long(word)
      else if (word.startsWith('-')) this.#unix(word.slice(1))
      else if (/^\d/.test(word)) this.pids.push(...listOfNumbers(word))
      else this.#bsd(word)
    }
  }

  #value(attached: string, name: string): string {
    const value = attached === '' ? this.#rest.shift() : attached
    if (value === undefined) throw new CommandError(`error: list of ${name} must follow`)
    return value
  }

  #long(word: string): void {
    const at = word.indexOf('=')
    const name = at < 0 ? word : word.slice(0, at)
    const value = (): string => (at < 0 ? this.#value('', name) : word.slice(at + 1))
    switch (name) {
      case '--no-headers':
      case '--no-heading':
      case '--noheaders':
      case '--no-header':
        this.hasHeader = false
        return
      case '--headers':
        return
      case '--sort':
        this.sort.push(...value().split(','))
        return
      case '--format':
        this.formats.push(value())
        return
      case '--pid':
        this.pids.push(...listOfNumbers(value()))
        return
      case '--ppid':
        this.parents.push(...listOfNumbers(value()))
        return
      case '--user':
        this.users.push(...value().split(','))
        return
      default:
        throw new NotImplemented(`option ${name}`)
    }
  }

  #unix(cluster: string): void {
    for (let i = 0; i < cluster.length; i++) {
      const letter = cluster.charAt(i)
      const attached = cluster.slice(i + 1)
      if ('opCuUq'.includes(letter)) return this.#withValue(letter, this.#value(attached, letter === 'o' ? 'fields' : 'processes'))
      if (letter === 'e' || letter === 'A' || letter === 'a' || letter === 'd' || letter === 'x') this.isAll = true
      else if ('fFlj'.includes(letter)) this.letters.add(letter)
      else if (!'wyMmT'.includes(letter) || letter === 'm' || letter === 'T') throw new NotImplemented(`option -${letter}`)
    }
    return undefined
  }

  #withValue(letter: string, value: string): void {
    if (letter === 'o') this.formats.push(value)
    else if (letter === 'p' || letter === 'q') this.pids.push(...listOfNumbers(value))
    else if (letter === 'C') this.names.push(...value.split(/[,\s]+/))
    else this.users.push(...value.split(/[,\s]+/))
  }

  #bsd(cluster: string): void {
    this.isBsd = true
    for (let i = 0; i < cluster.length; i++) {
      const letter = cluster.charAt(i)
      const attached = cluster.slice(i + 1)
      if (letter === 'o' || letter === 'p' || letter === 'U') return this.#withValue(letter, this.#value(attached, 'fields'))
      if (letter === 'a' || letter === 'x' || letter === 'g') this.isAll = true
      else if (letter === 'u' || letter === 'l' || letter === 'j') this.letters.add(letter)
      else if (letter === 'h') this.hasHeader = false
      else if (letter !== 'w') throw new NotImplemented(`option ${letter}`)
    }
    return undefined
  }
}

function listOfNumbers(text: string): number[] {
  return text
    .split(/[,\s]+/)
    .filter((word) => word !== '')
    .map((word) => {
      if (!/^\d+$/.test(word)) throw new CommandError(`error: process ID list syntax error\n${USAGE}`)
      return Number(word)
    })
}

function asked(args: readonly string[]): Asked {
  const words = new Words(args)
  const { pids, parents, names, users, letters } = words
  const isChosen = pids.length + parents.length + names.length + users.length > 0
  const form = letters.has('F')
    ? 'F'
    : letters.has('f')
      ? 'f'
      : letters.has('l')
        ? 'l'
        : letters.has('u')
          ? 'u'
          : letters.has('j')
            ? 'j'
            : words.isBsd
              ? 'x'
              : 'plain'
  const columns = columnsOf(words.formats.length > 0 ? words.formats : [FORMS[form] ?? ''])
  return {
    columns,
    sort: words.sort,
    hasHeader: words.hasHeader && columns.some(({ header }) => header !== ''),
    fits: (process) => {
      if (!isChosen || words.isAll) return true
      if (pids.includes(process.pid) || parents.includes(process.ppid)) return true
      return names.includes(shortName(process)) || users.some((user) => user === USER.name || user === String(USER.id))
    },
  }
}

function sorted(processes: readonly Process[], keys: readonly string[], scene: PsScene): readonly Process[] {
  const orders = keys.map((key) => {
    const turn = key.startsWith('-') ? -1 : 1
    const column = PS_COLUMNS.get(key.replace(/^[-+]/, ''))
    if (column === undefined) throw new CommandError(`error: unknown sort specifier\n${USAGE}`)
    return (a: Process, b: Process): number => {
      const [x, y] = [column.of(a, scene), column.of(b, scene)]
      return turn * (column.isLeft ? (x < y ? -1 : x > y ? 1 : 0) : Number(x) - Number(y) || 0)
    }
  })
  return processes.toSorted((a, b) => orders.reduce((sum, order) => sum || order(a, b), 0))
}

function table(rows: readonly (readonly string[])[], columns: readonly PsColumn[]): string {
  const widths = columns.map(({ width, header }) => Math.max(width, header.length))
  return rows
    .map((cells) => {
      const shown = cells.map((cell, i) => {
        const isLast = i === cells.length - 1
        const width = widths[i] ?? 0
        if (columns[i]?.isLeft) return isLast ? cell : cell.padEnd(width)
        return cell.padStart(width)
      })
      return `${shown.join(' ')}\n`
    })
    .join('')
}

async function ps(call: Call): Promise<number> {
  if (call.args.includes('--help') || call.args.includes('--version')) {
    await call.stdout.write(call.args.includes('--help') ? USAGE : 'ps (Tabwright) agrees with procps-ng 4.0.2\n')
    return 0
  }
  const { columns, hasHeader, fits, sort } = asked(call.args)
  const scene: PsScene = { now: call.system.clock.now(), zone: zoneOf(call.env.get('TZ')) }
  const found = sorted(allProcesses(call.system).filter(fits), sort, scene)
  const rows = found.map((process) => columns.map((column) => column.of(process, scene)))
  await call.stdout.write(table(hasHeader ? [columns.map(({ header }) => header), ...rows] : rows, columns))
  return found.length > 0 ? 0 : 1
}

/** Processes of the sandbox. */
export const psCommand: Command = { name: 'ps', summary: 'lists the processes of the sandbox', run: ps }
