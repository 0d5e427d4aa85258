/** A script as a tree, so that it can be made smaller. */
export type Script =
  | { readonly type: 'command'; readonly words: readonly string[] }
  | { readonly type: 'pipe'; readonly parts: readonly Script[] }
  | { readonly type: 'list'; readonly parts: readonly Script[]; readonly between: string }
  | { readonly type: 'around'; readonly before: string; readonly body: Script; readonly after: string }

/** A command of these words, which are text of the shell already. */
export const command = (...words: readonly string[]): Script => ({ type: 'command', words: words.filter((word) => word !== '') })

/** The text of a script. */
export function scriptText(script: Script): string {
  switch (script.type) {
    case 'command':
      return script.words.join(' ')
    case 'pipe':
      return script.parts.map(scriptText).join(' | ')
    case 'list':
      return script.parts.map(scriptText).join(script.between)
    case 'around':
      return `${script.before}${scriptText(script.body)}${script.after}`
  }
}

/** Every script that is one step smaller, the smallest first. */
export function smaller(script: Script): readonly Script[] {
  switch (script.type) {
    case 'command':
      return script.words.length < 2
        ? []
        : script.words.slice(1).map((_word, at) => ({ ...script, words: script.words.toSpliced(at + 1, 1) }))
    case 'around':
      return [script.body, ...smaller(script.body).map((body) => ({ ...script, body }))]
    case 'pipe':
    case 'list': {
      const { parts } = script
      const fewer = parts.length < 2 ? [] : parts.map((_part, at) => ({ ...script, parts: parts.toSpliced(at, 1) }))
      const inner = parts.flatMap((part, at) => smaller(part).map((one) => ({ ...script, parts: parts.with(at, one) })))
      return [...(parts.length > 1 ? parts : []), ...fewer, ...inner]
    }
  }
}
