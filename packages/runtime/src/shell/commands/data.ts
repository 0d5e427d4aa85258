import { awkCommand, gawkCommand } from './awk/awk'
import type { Command } from './command'
import { jqCommand } from './jq/jq'

/** Languages for structured data. */
export const dataCommands: readonly Command[] = [awkCommand, gawkCommand, jqCommand]
