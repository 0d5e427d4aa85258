import type { Command } from '../command'
import { errnoText } from '../../tree/errno-text'
import { complain, eachInput, textTool } from './tool'

/** Letters of options that change how a page looks on a terminal: nothing to do where there is none. */
const LOOKS = 'aAcCdeEfFgGiIJLmMnNqQrRsSuUVwWXKB~'

function pager(name: string): Command {
  return textTool({
    name,
    summary: 'writes files on; without a terminal nothing is held back for reading',
    usage: '[OPTION]... [FILE]...',
    agrees: name === 'less' ? 'less 590' : 'util-linux 2.38.1',
    before: (args) =>
      args.filter((word) => !word.startsWith('+') && !/^--[a-z-]+(?:=.*)?$/i.test(word) && !new RegExp(`^-[${LOOKS}\\d]+$`).test(word)),
    shape: {
      options: [
        { key: 'value', short: 'bhjkoOpPtTxyzD', value: 'required' },
        { key: 'looks', short: LOOKS },
      ],
    },
    run: async (tool) => {
      const { call, operands, out } = tool
      if (operands.length === 0 && call.file(0)?.isTerminal) {
        await complain(tool, name === 'less' ? 'Missing filename ("less --help" for help)' : 'bad usage')
        return 1
      }
      return eachInput(
        tool,
        async (input, file) => {
          if (name === 'more' && operands.length > 0) out.putText(`::::::::::::::\n${file}\n::::::::::::::\n`)
          for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
            call.tick()
            await out.pass(chunk)
          }
        },
        { words: (file, error) => (error.code === 'EISDIR' ? `${file} is a directory` : `${file}: ${errnoText(error)}`) },
      )
    },
  })
}

export const lessCommand = pager('less')
export const moreCommand = pager('more')
