import type { Call, Command } from '../command'
import { lookFor } from '../files/look'
import { textTool, usageError } from '../text/tool'
import { Channel } from './channel'
import type { Packer } from './packed-diff'

/** Options of grep that take a value, which may stand behind them. */
const VALUED = /^(?:-[a-zA-Z]*[efmABC]|--(?:regexp|file|max-count|after-context|before-context|context))$/
const PATTERN = /^(?:-[a-zA-Z]*[ef].*|--(?:regexp|file)(?:=.*)?)$/

interface Words {
  readonly options: readonly string[]
  readonly files: readonly string[]
}

/** What goes to grep, and the files that are unpacked. */
function wordsOf(args: readonly string[]): Words | undefined {
  const options: string[] = []
  const rest = [...args]
  const files: string[] = []
  let hasPattern = false
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') files.push(...rest.splice(0))
    else if (word.startsWith('-') && word !== '-') {
      options.push(word)
      if (PATTERN.test(word)) hasPattern = true
      const value = VALUED.test(word) ? rest.shift() : undefined
      if (value !== undefined) options.push(value)
    } else files.push(word)
  }
  if (hasPattern) return { options, files }
  const pattern = files.shift()
  return pattern === undefined ? undefined : { options: [...options, '-e', pattern], files }
}

interface Grepped {
  readonly packer: Packer
  readonly file: string
}

/** Runs grep over what is in one file, packed or not. Gives its code. */
async function grepIn(call: Call, grep: readonly string[], { packer, file }: Grepped): Promise<number> {
  if (file !== '-' && lookFor(call, file) === undefined) {
    await call.stderr.write(`${packer}: ${file}: No such file or directory\n`)
    return packer === 'gzip' ? 2 : 1
  }
  const channel = new Channel()
  const output = {
    write: (data: Uint8Array | string) => channel.write(typeof data === 'string' ? new TextEncoder().encode(data) : data),
    close: () => undefined,
  }
  const unpacking = call.exec([packer, '-cdfq', ...(file === '-' ? [] : ['--', file])], { stdout: output }).then(
    () => channel.end(),
    (thrown: unknown) => channel.end(thrown),
  )
  const code = await call.exec([...grep, `--label=${file === '-' ? '(standard input)' : file}`, '-'], { stdin: channel })
  channel.close()
  await unpacking
  return code
}

function zgrepAs(name: string, packer: Packer, grep: readonly string[]): Command {
  return {
    name,
    summary: `searches in files that ${packer} packed, and in others`,
    run: async (call) => {
      const words = wordsOf(call.args)
      if (words === undefined) {
        await call.stderr.write(`${name}: missing pattern; try \`${name} --help' for help\n`)
        return 2
      }
      const files = words.files.length === 0 ? ['-'] : words.files
      const isTitled = files.length > 1 && !words.options.some((word) => word === '--no-filename' || /^-[a-zA-Z]*h/.test(word))
      const argv = [...grep, ...(isTitled ? ['-H'] : []), ...words.options]
      const codes: number[] = []
      for (const file of files) {
        call.tick()
        codes.push(await grepIn(call, argv, { packer, file }))
      }
      const worst = Math.max(...codes)
      return worst > 1 ? worst : Math.min(...codes)
    },
  }
}

/** Searches in packed files. */
export const zgrepCommands: readonly Command[] = [
  zgrepAs('zgrep', 'gzip', ['grep']),
  zgrepAs('zegrep', 'gzip', ['grep', '-E']),
  zgrepAs('zfgrep', 'gzip', ['grep', '-F']),
  zgrepAs('bzgrep', 'bzip2', ['grep']),
  zgrepAs('bzegrep', 'bzip2', ['grep', '-E']),
  zgrepAs('bzfgrep', 'bzip2', ['grep', '-F']),
]

/** Shows what is in packed files; where no person looks on, all of it at once. */
export const zlessCommand: Command = {
  name: 'zless',
  summary: 'shows what is in files that gzip packed',
  run: (call) => call.exec(['gzip', '-cdfq', ...call.args]),
}

const ALGORITHMS = ['1', '224', '256', '384', '512']

/** Digests by the name that Perl's tool has for them. */
export const shasumCommand: Command = textTool({
  name: 'shasum',
  summary: 'makes and checks SHA digests',
  usage: '[OPTION]... [FILE]...',
  agrees: 'shasum 6.02',
  shape: {
    options: [
      { key: 'algorithm', short: 'a', long: ['algorithm'], value: 'required' },
      { key: 'binary', short: 'b', long: ['binary'] },
      { key: 'check', short: 'c', long: ['check'] },
      { key: 'text', short: 't', long: ['text'] },
      { key: 'tag', long: ['tag'] },
      { key: 'quiet', short: 'q', long: ['quiet'] },
      { key: 'status', short: 's', long: ['status'] },
      { key: 'strict', long: ['strict'] },
      { key: 'warn', short: 'w', long: ['warn'] },
      { key: 'ignore-missing', long: ['ignore-missing'] },
      { key: 'universal', short: 'U', long: ['UNIVERSAL'], missing: true },
      { key: 'bits', short: '0', long: ['01'], missing: true },
    ],
  },
  run: async ({ call, options, operands }) => {
    const algorithm = options.value('algorithm') ?? '1'
    if (!ALGORITHMS.includes(algorithm)) return usageError(`Unrecognized algorithm ${algorithm}`)
    const kept = options.found.filter(({ key }) => key !== 'algorithm').map(({ key }) => `--${key}`)
    return call.exec([`sha${algorithm}sum`, ...kept, '--', ...operands])
  },
})
