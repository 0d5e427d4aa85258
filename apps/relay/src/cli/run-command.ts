import { text } from 'node:stream/consumers'
import type { Environment } from '../config'
import { runCallCommand } from './call-command'
import { wrongUse, type CommandEnd } from './command-end'
import { runFunctionsCommand } from './functions-command'
import { runHandsCommand } from './hands-command'
import type { Screen } from './member'
import { runTokenCommand } from './token-command'
import { runWorkerCommand } from './worker-command'

/** Runs one of the commands beside `start`. undefined: it is `start`, with or without its name. */
export async function runCommand(command: string, argv: readonly string[], environment: Environment): Promise<CommandEnd | undefined> {
  switch (command) {
    case 'token':
      return runTokenCommand(argv, environment)
    case 'call':
      return runCallCommand(argv, environment, () => text(process.stdin))
    case 'functions':
      return runFunctionsCommand(argv, environment)
    case 'worker':
      return runWorkerCommand(argv, environment, terminal())
    case 'hands':
      return runHandsCommand(argv, environment, terminal())
    default:
      if (command === 'start' || command.startsWith('-')) return undefined
      return wrongUse(`There is no command ${JSON.stringify(command)}. Run "tabwright --help".`)
  }
}

function terminal(): Screen {
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    stopped: new Promise((resolve) => {
      process.once('SIGINT', () => resolve())
      process.once('SIGTERM', () => resolve())
    }),
  }
}
