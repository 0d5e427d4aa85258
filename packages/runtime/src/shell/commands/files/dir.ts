import type { Command } from '../command'
import { lsCommand } from './ls'

/** `ls` with other habits: columns or the long form, and odd letters as escapes. */
function listing(name: string, form: string): Command {
  return {
    name,
    summary: `ls ${form} -b`,
    run: (call) => lsCommand.run(Object.assign(Object.create(call), { args: [form, '-b', ...call.args] })),
  }
}

/** Other names of `ls`. */
export const listingCommands: readonly Command[] = [listing('dir', '-C'), listing('vdir', '-l')]
