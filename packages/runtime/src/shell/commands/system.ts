import type { Command } from './command'
import { ddCommand } from './system/dd'
import { dfCommand } from './system/df'
import { envCommand, printenvCommand } from './system/env'
import { figureCommands } from './system/figures'
import { flockCommand } from './system/flock'
import { getoptCommand } from './system/getopt'
import { machineCommands } from './system/machine'
import { killCommand, pgrepCommand, pidofCommand, pkillCommand } from './system/match-processes'
import { psCommand } from './system/ps'
import { niceCommand, nohupCommand, setsidCommand, timeCommand } from './system/run-others'
import { clearCommand, tputCommand } from './system/terminal'
import { sttyCommand } from './system/stty'
import { sleepCommand, stdbufCommand, timeoutCommand } from './system/timing'
import { watchCommand } from './system/watch'

/** Commands about the machine, and those that run others. */
export const systemCommands: readonly Command[] = [
  clearCommand,
  ddCommand,
  dfCommand,
  envCommand,
  ...figureCommands,
  flockCommand,
  getoptCommand,
  killCommand,
  niceCommand,
  nohupCommand,
  pgrepCommand,
  pidofCommand,
  pkillCommand,
  printenvCommand,
  psCommand,
  setsidCommand,
  sleepCommand,
  sttyCommand,
  timeCommand,
  timeoutCommand,
  tputCommand,
  stdbufCommand,
  watchCommand,
  ...machineCommands,
]
