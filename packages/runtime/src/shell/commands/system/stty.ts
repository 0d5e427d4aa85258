import { CommandError, NotImplemented, type Command } from '../command'

/** Settings of the terminal: its size is told, the rest is not here. */
export const sttyCommand: Command = {
  name: 'stty',
  summary: 'tells the size of the terminal',
  run: async (call) => {
    if (!(call.file(0)?.isTerminal ?? false)) throw new CommandError("'standard input': Inappropriate ioctl for device")
    if (call.args.length !== 1 || call.args[0] !== 'size') throw new NotImplemented(`stty ${call.args.join(' ')}`.trim())
    await call.stdout.write(`${call.env.get('LINES') ?? '24'} ${call.env.get('COLUMNS') ?? '80'}\n`)
    return 0
  },
}
