import { forEachChild, type ParseError, type ParsedScript, type SyntaxNode } from 'unbash'

/** The first fault inside of a substitution; each is a script of its own. */
export function nestedErrors(script: ParsedScript): ParseError | undefined {
  let found: ParseError | undefined
  const visit = (node: SyntaxNode): void => {
    if (found !== undefined) return
    if (node.type === 'Script') found = node.errors?.[0]
    if (node.type === 'Word' && !/[$`<>]/.test(node.text)) return
    forEachChild(node, visit)
  }
  forEachChild(script, visit)
  return found
}
