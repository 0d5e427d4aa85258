import { parseArgs } from 'node:util'

/** What `npm run eval` was asked for. */
export interface EvalOptions {
  readonly baseUrl: string
  readonly model: string
  readonly key: string
  readonly only: readonly string[]
  readonly steps: number
  readonly minutes: number
  readonly policy: 'deny' | 'allow'
  /** The report as JSON in place of Markdown. */
  readonly json: boolean
  /** The tasks are named and nothing is run. */
  readonly list: boolean
  /** Our own answers in place of a model: they try the tasks, not a model. */
  readonly scripted: boolean
  /** Checkers may run where nothing confines them. */
  readonly unconfined: boolean
}

export const USAGE = `npm run eval -- --model ID [options]        the key is read from ANTHROPIC_API_KEY
  --base-url URL   a server of the Messages API (https, or http on this machine); default https://api.anthropic.com
  --only WORDS     tasks (project/task), projects or kinds, with commas between them
  --steps N        answers a task may take, default 60        --minutes N   time a task may take, default 20
  --prompts WORD   what a permission card is answered with: deny (default) or allow
  --json           the report as JSON on standard output; default Markdown
  --unconfined     run checkers, and with them what the model wrote, without bubblewrap
  --scripted       no model: the answers that come with the tasks, through the page
  --list           name the tasks and end`

const NONE: string[] = []
const FLAGS = {
  'base-url': { type: 'string', default: 'https://api.anthropic.com' },
  model: { type: 'string' },
  only: { type: 'string', multiple: true, default: NONE },
  steps: { type: 'string', default: '60' },
  minutes: { type: 'string', default: '20' },
  prompts: { type: 'string', default: 'deny' },
  json: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  scripted: { type: 'boolean', default: false },
  unconfined: { type: 'boolean', default: false },
} satisfies NonNullable<Parameters<typeof parseArgs>[0]>['options']

/** @returns a sentence that names what is wrong */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): EvalOptions | string {
  let values: Values
  try {
    values = parse(args)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const { list, scripted, json, unconfined, model = scripted ? 'scripted' : '', 'base-url': baseUrl, prompts: policy } = values
  const steps = amount(values.steps)
  const minutes = amount(values.minutes)
  const key = env['ANTHROPIC_API_KEY'] ?? ''
  const isAsking = !list && !scripted
  if (isAsking && model === '') return '--model is missing: the id of a model of that server, such as claude-sonnet-5-5.'
  if (isAsking && key === '') return 'ANTHROPIC_API_KEY is not set: the key of that server. It goes to the relay and nowhere else.'
  const wrong = wrongAddress(baseUrl)
  if (wrong !== undefined) return wrong
  if (steps === undefined) return `--steps ${values.steps} is no whole number from 1 on.`
  if (minutes === undefined) return `--minutes ${values.minutes} is no whole number from 1 on.`
  if (policy !== 'deny' && policy !== 'allow') return `--prompts ${policy}: a prompt is answered with deny or allow.`
  const only = values.only.flatMap((words) => words.split(',')).filter((word) => word !== '')
  return { baseUrl, model, key, only, steps, minutes, policy, json, list, scripted, unconfined }
}

/** As they were typed. */
interface Values {
  readonly 'base-url': string
  readonly model?: string | undefined
  readonly only: readonly string[]
  readonly steps: string
  readonly minutes: string
  readonly prompts: string
  readonly json: boolean
  readonly list: boolean
  readonly scripted: boolean
  readonly unconfined: boolean
}

const parse = (args: readonly string[]): Values => parseArgs({ args: [...args], options: FLAGS, strict: true }).values

function amount(text: string): number | undefined {
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined
}

function wrongAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return `--base-url ${text} is no address.`
  const { protocol, hostname } = new URL(text)
  if (protocol === 'https:') return undefined
  if (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return undefined
  return `--base-url ${text}: only https goes beyond this machine, because the key goes with it.`
}
