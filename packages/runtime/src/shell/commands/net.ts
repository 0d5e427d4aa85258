import type { Command } from './command'
import { curlCommand } from './net/curl'
import { wgetCommand } from './net/wget'

/** The network. */
export const netCommands: readonly Command[] = [curlCommand, wgetCommand]
