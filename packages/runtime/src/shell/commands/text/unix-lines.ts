import type { Command } from '../command'
import { FsError } from '../../tree/fs-error'
import { readAll } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { bytesOfLatin, latinOf } from './latin'
import { complain, textTool, type Tool } from './tool'

const BOM = 'ï»¿'

interface Change {
  readonly text: string
  readonly isBinary: boolean
}

function changed(text: string, tool: Tool, isToDos: boolean): Change {
  const { options } = tool
  const isBinary = !options.has('force') && /[\0-\x08\x0b\x0e-\x1f]/.test(text)
  const body = text.startsWith(BOM) && !isToDos && !options.has('keep-bom') ? text.slice(3) : text
  const marked = options.has('add-bom') && !body.startsWith(BOM) ? BOM + body : body
  return { text: isToDos ? marked.replace(/(?<!\r)\n/g, '\r\n') : marked.replaceAll('\r\n', '\n'), isBinary }
}

function binaryWords(text: string): string {
  const at = text.search(/[\0-\x08\x0b\x0e-\x1f]/)
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(2, '0')
  return `Binary symbol 0x${code} found at line ${text.slice(0, at).split('\n').length}`
}

async function inPlace(tool: Tool, from: string, how: { readonly to: string; readonly isToDos: boolean }): Promise<number> {
  const { call, options } = tool
  const target = how.isToDos ? 'DOS' : 'Unix'
  try {
    const node = call.system.tree.find(call.at(from))
    if (node?.type === 'folder') {
      await complain(tool, `Skipping ${from}, not a regular file.`)
      return 0
    }
    const { text, isBinary } = changed(latinOf(await readAll(call.open(from))), tool, how.isToDos)
    if (isBinary) {
      await complain(tool, binaryWords(latinOf(await readAll(call.open(from)))))
      await complain(tool, `Skipping binary file ${from}`)
      return 0
    }
    const mtime = node?.mtime
    const output = call.create(how.to)
    await output.write(bytesOfLatin(text))
    output.close()
    if (options.has('keep-date') && mtime !== undefined) call.system.tree.utimes(call.at(how.to), mtime)
    if (!options.has('quiet')) {
      const names = how.to === from ? `file ${from} to ${target} format...` : `file ${from} to file ${how.to} in ${target} format...`
      await complain(tool, `converting ${names}`)
    }
    return 0
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    await complain(tool, `${from}: ${errnoText(thrown)}`)
    if (thrown.code === 'ENOENT') await complain(tool, `Skipping ${from}, not a regular file.`)
    return 2
  }
}

function converter(name: string, isToDos: boolean): Command {
  return textTool({
    name,
    summary: `turns line ends of files into those of ${isToDos ? 'DOS' : 'Unix'}, in place`,
    usage: '[OPTION]... [FILE]... [-n INFILE OUTFILE]...',
    agrees: 'dos2unix 7.4.3',
    shape: {
      options: [
        { key: 'keep-bom', short: 'b', long: ['keep-bom'] },
        { key: 'mode', short: 'c', long: ['convmode'], value: 'required', missing: true },
        { key: 'force', short: 'f', long: ['force'] },
        { key: 'info', short: 'i', long: ['info'], value: 'optional', missing: true },
        { key: 'keep-date', short: 'k', long: ['keepdate'] },
        { key: 'newline', short: 'l', long: ['newline'], missing: true },
        { key: 'add-bom', short: 'm', long: ['add-bom'] },
        { key: 'new', short: 'n', long: ['newfile'] },
        { key: 'old', short: 'o', long: ['oldfile'] },
        { key: 'stdout', short: 'O', long: ['to-stdout'] },
        { key: 'quiet', short: 'q', long: ['quiet'] },
        { key: 'remove-bom', short: 'r', long: ['remove-bom'] },
        { key: 'safe', short: 's', long: ['safe'] },
      ],
    },
    run: async (tool) => {
      const { call, operands, options, out } = tool
      if (operands.length === 0 || options.has('stdout')) {
        for (const operand of operands.length === 0 ? ['-'] : operands) {
          out.put(changed(latinOf(await readAll(operand === '-' ? call.stdin : call.open(operand))), tool, isToDos).text)
        }
        return 0
      }
      let code = 0
      const step = options.has('new') ? 2 : 1
      for (let at = 0; at < operands.length; at += step) {
        const from = operands[at] ?? ''
        code = Math.max(code, await inPlace(tool, from, { to: operands[at + step - 1] ?? from, isToDos }))
      }
      return code
    },
  })
}

export const dos2unixCommand = converter('dos2unix', false)
export const unix2dosCommand = converter('unix2dos', true)
