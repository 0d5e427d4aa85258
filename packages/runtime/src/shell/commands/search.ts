import type { Command } from './command'
import { egrepCommand, fgrepCommand, grepCommand } from './grep/grep'
import { rgCommand } from './rg/rg'
import { sedCommand } from './sed/sed'

/** Commands that search and edit text by expressions. */
export const searchCommands: readonly Command[] = [grepCommand, egrepCommand, fgrepCommand, rgCommand, sedCommand]
