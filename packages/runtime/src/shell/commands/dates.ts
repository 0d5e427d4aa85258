import type { Command } from './command'
import { calCommand, ncalCommand } from './dates/cal'
import { dateCommand } from './dates/date'

/** Commands about time. */
export const dateCommands: readonly Command[] = [calCommand, dateCommand, ncalCommand]
