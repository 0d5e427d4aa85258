/** A program of awk as the parser gives it. */

/** What can be assigned to. */
export type Place =
  | { readonly type: 'variable'; readonly name: string; readonly line: number }
  | { readonly type: 'field'; readonly index: Expression }
  | { readonly type: 'element'; readonly array: ArrayPlace; readonly subscripts: readonly Expression[] }

/** What names an array: a variable, or an element that holds one. */
export type ArrayPlace = Extract<Place, { type: 'variable' | 'element' }>

/** Operators of arithmetic, as they are typed. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^'

/** Operators that compare. */
export type CompareOperator = '<' | '<=' | '==' | '!=' | '>' | '>='

/** Where `getline` reads. */
export type GetlineSource = { readonly type: 'main' } | { readonly type: 'file' | 'command'; readonly name: Expression }

/** Computes its right side only where the left one does not decide. */
export interface Shortcut {
  readonly type: 'and' | 'or'
  readonly left: Expression
  readonly right: Expression
}

/** An expression. */
export type Expression =
  | Place
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regex'; readonly source: string; readonly isValue: boolean }
  | { readonly type: 'grouping'; readonly items: readonly Expression[] }
  | { readonly type: 'assign'; readonly place: Place; readonly operator: ArithmeticOperator | undefined; readonly value: Expression }
  | { readonly type: 'step'; readonly place: Place; readonly by: 1 | -1; readonly isPrefix: boolean }
  | { readonly type: 'negate' | 'plus' | 'not'; readonly operand: Expression }
  | { readonly type: 'arithmetic'; readonly operator: ArithmeticOperator; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'compare'; readonly operator: CompareOperator; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'match'; readonly isNegated: boolean; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'concat'; readonly left: Expression; readonly right: Expression }
  | Shortcut
  | { readonly type: 'choose'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly type: 'in'; readonly subscripts: readonly Expression[]; readonly array: ArrayPlace }
  | {
      readonly type: 'call'
      readonly name: string
      readonly isIndirect: boolean
      readonly args: readonly Expression[]
      readonly line: number
    }
  | { readonly type: 'builtin'; readonly name: string; readonly args: readonly Expression[]; readonly line: number }
  | { readonly type: 'getline'; readonly place: Place | undefined; readonly source: GetlineSource }
  | { readonly type: 'temporary'; readonly slot: number }

/** Where `print` and `printf` write. */
export interface Redirect {
  readonly how: '>' | '>>' | '|'
  readonly target: Expression
}

/** One arm of a `switch`. */
export interface SwitchArm {
  /** Undefined: `default`. */
  readonly label: Expression | undefined
  readonly body: readonly Statement[]
}

/** A statement; `line` is where it starts, for messages. */
export type Statement =
  | { readonly type: 'expression'; readonly value: Expression; readonly line: number }
  | {
      readonly type: 'print' | 'printf'
      readonly args: readonly Expression[]
      readonly redirect: Redirect | undefined
      readonly line: number
    }
  | { readonly type: 'block'; readonly body: readonly Statement[] }
  | {
      readonly type: 'if'
      readonly condition: Expression
      readonly yes: Statement
      readonly no: Statement | undefined
      readonly line: number
    }
  | { readonly type: 'while' | 'do'; readonly condition: Expression; readonly body: Statement; readonly line: number }
  | {
      readonly type: 'for'
      readonly start: Statement | undefined
      readonly condition: Expression | undefined
      readonly step: Statement | undefined
      readonly body: Statement
      readonly line: number
    }
  | { readonly type: 'forIn'; readonly place: Place; readonly array: ArrayPlace; readonly body: Statement; readonly line: number }
  | { readonly type: 'switch'; readonly value: Expression; readonly arms: readonly SwitchArm[]; readonly line: number }
  | { readonly type: 'next' | 'nextfile' | 'break' | 'continue'; readonly line: number }
  | { readonly type: 'exit' | 'return'; readonly value: Expression | undefined; readonly line: number }
  | { readonly type: 'delete'; readonly target: ArrayPlace; readonly isWhole: boolean; readonly line: number }
  /** Made by lowering: does something that must be waited for, and keeps what it gives. */
  | { readonly type: 'wait'; readonly value: Expression; readonly slot: number; readonly line: number }

/** What a rule waits for. */
export type Pattern =
  | { readonly type: 'BEGIN' | 'END' | 'BEGINFILE' | 'ENDFILE' | 'always' }
  | { readonly type: 'when'; readonly condition: Expression }
  | { readonly type: 'range'; readonly from: Expression; readonly to: Expression }

/** A pattern and what is done then; without a body the record is printed. */
export interface Rule {
  readonly pattern: Pattern
  readonly body: readonly Statement[] | undefined
  readonly line: number
}

/** A function of the program. */
export interface FunctionRule {
  readonly name: string
  readonly params: readonly string[]
  readonly body: readonly Statement[]
  readonly line: number
}

/** A whole program. */
export interface Program {
  readonly rules: readonly Rule[]
  readonly functions: ReadonlyMap<string, FunctionRule>
}
