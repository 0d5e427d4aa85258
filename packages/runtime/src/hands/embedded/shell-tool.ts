import { fail, FailureError, type Json, type ToolSpec } from '@tabwright/protocol'
import * as z from 'zod/mini'
import { workspaceFolder } from '../../workspace/path'
import { ROOT } from './root'

const DEFAULT_TIMEOUT_MS = 120_000
const MAX_TIMEOUT_MS = 600_000

/** Programs that people reach for and that are there; a test holds the list to what the sandbox really has. */
export const TOLD_COMMANDS: readonly string[] =
  'awk base64 basename bc cat chmod cmp column comm cp curl cut date diff dirname du env expand expr file find fmt fold git grep gunzip gzip head hexdump iconv join jq less ln ls mkdir mktemp mv nl node npm npx od paste patch pip printf python3 readlink realpath rev rg rm rmdir sed seq sha256sum shuf sleep sort split stat strings tac tail tee timeout touch tr tree truncate uniq unexpand vite wc wget which xargs xxd'.split(
    ' ',
  )

/** Programs that people reach for and that are not there. */
export const LACKING_COMMANDS: readonly string[] =
  'pytest yarn pnpm perl ruby java go cargo rustc gcc make cmake docker ssh apt-get brew sudo psql ffmpeg'.split(' ')

/** What this place is, for the model and the person. */
export const CAPS = [
  'A shell that runs bash’s language with GNU-like tools, git, Node (CommonJS, ESM, TypeScript files, node --test), npm and Python 3.14 with its standard library (python3 -m unittest; no pytest, no threads, no processes; pure wheels that lie in the project), running in this tab on the workspace at /workspace.',
  'Packages: npm install, npm ci and npx bring packages of JavaScript from the registry; node_modules stays out of the changes that the person reviews. Workspaces of npm work. A native addon and the install script of a package are left out and named.',
  'Pages: vite (npm run dev &, npx vite build) serves and builds React, Vue and Svelte. A program that listens (node server.js &) is at http://localhost for other programs here, and shown to the person in Preview.',
  'The network only by curl, wget, git and npm, through the relay: each request (of an install all of them as one) is shown to the person with all that it sends and goes out when they allow it, so make few and say in the call’s purpose what they are for; https only. A denied request ends the command with words, do not send it again unasked. Programs (node, python3) have none.',
  'No native programs. Folder, variables, functions, options and background jobs carry over between commands.',
  `Commands: ${TOLD_COMMANDS.join(' ')}, and bash’s own.`,
  `Not here: ${LACKING_COMMANDS.join(' ')}; a command that is missing exits with 127, an option that is missing names itself. Where the work needs a real machine, tell the person: they can offer a directory of one (tabwright hands).`,
  'Limits: 512 processes, 1 GiB of files, 48 MB of output kept.',
].join(' ')

/** The one tool of these hands. */
export const SHELL_TOOL: ToolSpec = {
  name: 'shell',
  description: `Runs a command line and gives its output and exit code. ${CAPS} A command has ${DEFAULT_TIMEOUT_MS / 1000} s unless timeoutMs says otherwise.`,
  input: {
    type: 'object',
    properties: {
      command: { type: 'string', description: 'The command line, in bash’s language.' },
      cwd: {
        type: 'string',
        description: `Folder to run in, ${ROOT} or below; where the shell stands when left out.`,
      },
      timeoutMs: {
        type: 'integer',
        minimum: 1,
        maximum: MAX_TIMEOUT_MS,
        description: `Milliseconds until the command is ended; ${DEFAULT_TIMEOUT_MS} when left out.`,
      },
    },
    required: ['command'],
    additionalProperties: false,
  },
  effect: 'tx',
  readOnly: false,
}

const input = z.strictObject({
  command: z.string().check(z.minLength(1), z.maxLength(200_000)),
  cwd: z.optional(z.string().check(z.minLength(1))),
  timeoutMs: z.optional(z.int().check(z.gte(1), z.lte(MAX_TIMEOUT_MS))),
})

/** A call of the shell. */
export interface ShellInput {
  readonly command: string
  /** Absolute, in its one spelling. */
  readonly cwd?: string
  readonly timeoutMs: number
}

/** The input of a call, checked. @throws FailureError `bad_input` in one sentence */
export function parseShellInput(value: Json): ShellInput {
  const parsed = z.safeParse(input, value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue === undefined || issue.path.length === 0 ? 'the input' : issue.path.join('.')
    return refuse(
      `${where} does not fit (${issue?.message ?? 'unknown reason'}). It takes a command text, an optional cwd and an optional timeoutMs up to ${MAX_TIMEOUT_MS}.`,
    )
  }
  const { command, cwd, timeoutMs = DEFAULT_TIMEOUT_MS } = parsed.data
  return { command, timeoutMs, ...(cwd === undefined ? {} : { cwd: folderOf(cwd) }) }
}

function folderOf(cwd: string): string {
  if (!cwd.startsWith('/')) refuse(`cwd has to be an absolute path, ${ROOT} or below.`)
  try {
    const below = workspaceFolder(cwd)
    return below === '' ? ROOT : `${ROOT}/${below}`
  } catch (thrown) {
    if (!(thrown instanceof FailureError)) throw thrown
    return refuse(`cwd does not fit. ${thrown.failure.message}`)
  }
}

const refuse = (why: string): never => fail('bad_input', `The shell could not be called: ${why}`)
