import { CommandError, type Command } from '../command'
import { BadOption } from '../options'

/** The tools of diffutils put their name before the hint at `--help` as well. */
export function withNamedHint(command: Command): Command {
  return {
    ...command,
    run: (call) =>
      command.run(call).catch((thrown: unknown) => {
        if (!(thrown instanceof BadOption)) throw thrown
        throw new CommandError(`${thrown.message}\n${call.name}: Try '${call.name} --help' for more information.`, thrown.code)
      }),
  }
}
