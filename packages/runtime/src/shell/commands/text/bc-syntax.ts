/** Expressions of bc. */
export type BcExpression =
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'element'; readonly name: string; readonly index: BcExpression }
  | { readonly type: 'array'; readonly name: string }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly BcExpression[] }
  | { readonly type: 'unary'; readonly operator: '-' | '!'; readonly value: BcExpression }
  | { readonly type: 'binary'; readonly operator: string; readonly left: BcExpression; readonly right: BcExpression }
  | { readonly type: 'assign'; readonly operator: string; readonly target: BcPlace; readonly value: BcExpression }
  | { readonly type: 'step'; readonly operator: '++' | '--'; readonly target: BcPlace; readonly isBefore: boolean }
  /** In parentheses: an assignment in them is printed. */
  | { readonly type: 'group'; readonly value: BcExpression }

/** What can be assigned to. */
export type BcPlace = Extract<BcExpression, { type: 'variable' | 'element' }>

/** Statements of bc. */
export type BcStatement =
  | { readonly type: 'expression'; readonly value: BcExpression }
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'print'; readonly items: readonly (BcExpression | string)[] }
  | { readonly type: 'block'; readonly body: readonly BcStatement[] }
  | { readonly type: 'if'; readonly test: BcExpression; readonly yes: BcStatement; readonly no: BcStatement | undefined }
  | { readonly type: 'while'; readonly test: BcExpression; readonly body: BcStatement }
  | {
      readonly type: 'for'
      readonly start: BcExpression | undefined
      readonly test: BcExpression | undefined
      readonly next: BcExpression | undefined
      readonly body: BcStatement
    }
  | {
      readonly type: 'define'
      readonly name: string
      readonly isVoid: boolean
      readonly params: readonly BcParam[]
      readonly locals: readonly BcParam[]
      readonly body: readonly BcStatement[]
    }
  | { readonly type: 'return'; readonly value: BcExpression | undefined }
  | { readonly type: 'break' | 'continue' | 'quit' | 'halt' }

/** A parameter or local of a function. */
export interface BcParam {
  readonly name: string
  readonly isArray: boolean
}

/** A piece of a program. */
export interface BcToken {
  readonly kind: 'number' | 'name' | 'string' | 'sign' | 'line' | 'end'
  readonly text: string
}

/** A program that cannot be read. */
export class BcSyntaxError extends Error {}

const TOKEN =
  /[ \t\f\v\r]+|\\\n|\/\*[^]*?\*\/|#[^\n]*|(\n)|((?:[\dA-F](?:\\\n)?)+(?:\.(?:[\dA-F](?:\\\n)?)*)?|\.(?:[\dA-F](?:\\\n)?)+)|([a-z][a-z\d_]*)|("[^"]*")|(\+\+|--|&&|\|\||[-+*/%^]=|[<>=!]=|[-+*/%^=<>!;,(){}[\].])|([^])/gy

/** @throws BcSyntaxError */
export function bcTokens(text: string): readonly BcToken[] {
  const out: BcToken[] = []
  for (const [all, line, number, name, string, sign, bad] of text.matchAll(TOKEN)) {
    if (line !== undefined) out.push({ kind: 'line', text: '\n' })
    else if (number !== undefined) out.push({ kind: 'number', text: number.replaceAll('\\\n', '') })
    else if (name !== undefined) out.push({ kind: 'name', text: name })
    else if (string !== undefined) out.push({ kind: 'string', text: string.slice(1, -1) })
    else if (sign !== undefined) out.push({ kind: 'sign', text: all })
    else if (bad !== undefined) throw new BcSyntaxError(`illegal character: ${bad}`)
  }
  return [...out, { kind: 'end', text: '' }]
}
