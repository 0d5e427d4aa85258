import type { Bash } from 'just-bash/browser'

type Plugin = Parameters<Bash['registerTransformPlugin']>[0]
type Script = Parameters<Plugin['transform']>[0]['ast']
type Statement = Script['statements'][number]
type Pipeline = Statement['pipelines'][number]
type Command = Pipeline['commands'][number]
type Simple = Extract<Command, { type: 'SimpleCommand' }>
type Word = Simple['args'][number]
type Redirection = Simple['redirections'][number]

/** Where the output of a script's own statements goes instead of into one text that is given back at the end. */
export const LIVE_OUT = '/dev/tabwright-out'
export const LIVE_ERR = '/dev/tabwright-err'
/** Set for a command whose output nobody but the person and the agent reads: it may write while it runs. */
export const LIVE_FLAG = 'TABWRIGHT_LIVE'
/** Words that mark a script as live. Others (`bash -c` in a pipe, a substitution) must stay as they are. */
const OUTER = 'tabwright-shell'
const NESTED = 'tabwright-live'

/** `script` marked for {@link liveOutput}. On the same line, so that line numbers in messages stay true. */
export function markLive(script: string, place: 'outer' | 'nested'): string {
  return `: ${place === 'outer' ? OUTER : NESTED}; ${script}`
}

const word = (text: string): Word => ({ type: 'Word', parts: [{ type: 'Literal', value: text }] })

function literal(text: Word | null | undefined): string | undefined {
  const part = text?.parts[0]
  return text?.parts.length === 1 && part?.type === 'Literal' ? part.value : undefined
}

const append = (fd: number, path: string): Redirection => ({ type: 'Redirection', fd, operator: '>>', target: word(path) })

function liveCommand(command: Simple): Simple {
  const name = literal(command.name)
  if (command.redirections.length > 0 || (name !== 'node' && name !== 'npm')) return command
  const flag: Simple['assignments'][number] = { type: 'Assignment', name: LIVE_FLAG, value: word('1'), append: false, array: null }
  return { ...command, assignments: [...command.assignments, flag] }
}

/** A pipeline with its output sent to the live devices as soon as it ends, and its last command told to write at once. */
function wrapped(pipeline: Pipeline): Pipeline {
  const last = pipeline.commands.at(-1)
  const commands = last?.type === 'SimpleCommand' ? [...pipeline.commands.slice(0, -1), liveCommand(last)] : pipeline.commands
  const inner: Pipeline = { ...pipeline, commands, negated: false }
  const body: Statement[] = [{ type: 'Statement', pipelines: [inner], operators: [], background: false }]
  const group: Command = { type: 'Group', body, redirections: [append(1, LIVE_OUT), append(2, LIVE_ERR)] }
  return { type: 'Pipeline', commands: [group], negated: pipeline.negated }
}

/** The inside of a compound command made live, or undefined where it has to be taken as one piece. */
function opened(command: Command): Command | undefined {
  if (command.type === 'SimpleCommand' || command.type === 'FunctionDef' || command.redirections.length > 0) return undefined
  switch (command.type) {
    case 'If':
      return {
        ...command,
        clauses: command.clauses.map((clause) => ({ ...clause, condition: clause.condition.map(live), body: clause.body.map(live) })),
        elseBody: command.elseBody?.map(live) ?? null,
      }
    case 'While':
    case 'Until':
      return { ...command, condition: command.condition.map(live), body: command.body.map(live) }
    case 'For':
    case 'CStyleFor':
    case 'Group':
    case 'Subshell':
      return { ...command, body: command.body.map(live) }
    case 'Case':
      return { ...command, items: command.items.map((item) => ({ ...item, body: item.body.map(live) })) }
    default:
      return undefined
  }
}

function livePipeline(pipeline: Pipeline): Pipeline {
  const [only] = pipeline.commands
  if (pipeline.commands.length !== 1 || only === undefined) return wrapped(pipeline)
  // A definition writes nothing, and `exec >file` must reach the shell itself.
  if (only.type === 'FunctionDef' || (only.type === 'SimpleCommand' && (only.name === null || literal(only.name) === 'exec')))
    return pipeline
  const inside = opened(only)
  return inside === undefined ? wrapped(pipeline) : { ...pipeline, commands: [inside] }
}

function live(statement: Statement): Statement {
  if (statement.background) return statement
  return { ...statement, pipelines: statement.pipelines.map(livePipeline) }
}

const simple = (name: string, args: readonly string[]): Statement => {
  const command: Simple = { type: 'SimpleCommand', assignments: [], name: word(name), args: args.map(word), redirections: [] }
  const pipeline: Pipeline = { type: 'Pipeline', commands: [command], negated: false }
  return { type: 'Statement', pipelines: [pipeline], operators: [], background: false }
}

/** What goes around a person's or agent's own command line: never around a script that it starts. */
export interface Frame {
  /** Variables that were exported before. */
  exported(): readonly string[]
  /** Command that runs last. */
  readonly last: string
  /** Told of every function that the line defines at its top. */
  defined(name: string, body: unknown): void
}

function definitions(statements: readonly Statement[]): Extract<Command, { type: 'FunctionDef' }>[] {
  const commands = statements.flatMap((statement) => statement.pipelines.flatMap((pipeline) => pipeline.commands))
  return commands.flatMap((command) => (command.type === 'FunctionDef' ? [command] : []))
}

/** Makes marked scripts write as they go: the library itself gives all output back at the very end. */
export function liveOutput(frame: Frame): Plugin {
  return {
    name: 'live-output',
    transform({ ast, metadata }) {
      const [first, ...rest] = ast.statements
      const command = first?.pipelines[0]?.commands[0]
      if (command?.type !== 'SimpleCommand' || literal(command.name) !== ':') return { ast, metadata }
      const mark = literal(command.args[0])
      if (mark !== NESTED && mark !== OUTER) return { ast, metadata }
      const statements = rest.map(live)
      if (mark === OUTER) {
        for (const definition of definitions(rest)) frame.defined(definition.name, definition)
        statements.unshift(simple('export', frame.exported()))
        statements.push(simple(frame.last, []))
      }
      return { ast: { ...ast, statements }, metadata }
    },
  }
}
