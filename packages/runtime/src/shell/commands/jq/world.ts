import type { Filter } from './filter'
import type { Json } from './json'
import type { Env, Item } from './items'

/** What a program sees of where it runs. */
export interface World {
  /** `$name` given on the command line, `$ENV`, `$__prog_args`. */
  readonly variables: ReadonlyMap<string, Json>
  /** The next input for `input`; undefined at the end. */
  input(): Json | undefined
  readonly inputName: string | null
  readonly inputLine: number
  /** Seconds since 1970. */
  now(): number
  /** The time zone of `localtime` and the like. */
  readonly zone: string
  /** For `debug`, `stderr` and `input_line_number`. */
  tell(text: string): void
  tick(): void
}

/** What runs filters. */
export interface Running {
  readonly world: World
  run(filter: Filter, env: Env, at: Item): Iterable<Item>
  values(filter: Filter, env: Env, value: Json): Iterable<Json>
  paths(filter: Filter, env: Env, value: Json): Iterable<readonly Json[]>
}

/** A call of a function that is not written in jq. */
export interface BuiltinCall {
  readonly evaluator: Running
  readonly args: readonly Filter[]
  readonly env: Env
  readonly at: Item
}

/** A function that is not written in jq. */
export type Builtin = (call: BuiltinCall) => Iterable<Item>

/** A function of values: its input and its arguments, every combination of them. */
export type ValueFunction = (input: Json, args: readonly Json[], call: BuiltinCall) => Json

/** Makes a built-in of a function of values. */
export type OfValues = (compute: ValueFunction) => Builtin

/** Built-ins by name and number of arguments. */
export type BuiltinList = readonly (readonly [name: string, builtin: Builtin])[]
