import type { Content, Outcome, SessionEvent } from '@tabwright/protocol'
import { nameOfBlock } from '../attached'
import { folderEndedText } from '../folder-words'
import { isNews } from '../history/side'

/** A fact as the model reads it again: who, and what; undefined for facts that only the machinery needs. */
export function pastLines(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'session.opened':
      return `The session began: ${event.data.title}`
    case 'message.user':
      return `${{ user: 'person', review: 'review', app: 'app', agent: 'task', worker: `worker ${JSON.stringify(event.data.by ?? '')}` }[event.data.from]}: ${textOf(event.data.content)}`
    case 'message.assistant':
      return saidBy(event.data.content)
    case 'turn.ended':
      return `The turn ended: ${event.data.stop}${event.data.failure ? `, ${event.data.failure.message}` : ''}`
    case 'model.failed':
      return `No answer: ${event.data.failure.message}`
    case 'context.loaded':
      return event.data.text === null ? `${event.data.path} is gone.` : `${event.data.path} was given to you:\n${event.data.text}`
    case 'compaction.ended':
      return event.data.result.type === 'done'
        ? `A summary took the place of ${event.data.result.dropped} messages:\n${event.data.result.summary}`
        : undefined
    case 'checkpoint.made':
      return `A checkpoint was made: ${event.data.name}`
    case 'history.restored':
      return `Files were put back to how they were after fact ${event.data.to}: ${event.data.paths.join(', ')}`
    case 'folder.ended':
      return `person: ${folderEndedText(event.data)}`
    case 'history.rewound':
      return `The conversation went back to fact ${event.data.to}.`
    default:
      return callLine(event)
  }
}

function callLine(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'call.decided': {
      const { call, decision } = event.data
      if (decision.by === 'rule') return undefined
      const note = decision.type === 'deny' && decision.note !== undefined ? `: ${decision.note}` : ''
      return `person: ${decision.type === 'allow' ? 'allowed' : 'denied'} ${call}${note}`
    }
    case 'call.edited':
      return `person: changed ${event.data.call} before it ran`
    case 'call.ended':
      return `result of ${event.data.call} (${event.data.outcome.type}): ${resultText(event.data.outcome)}`
    case 'call.resolved':
      return `person: said of ${event.data.call} that it ${{ done: 'was done', again: 'shall run again', skip: 'is to be left' }[event.data.choice]}`
    case 'workspace.changed':
      return changedFiles(event)
    case 'review.decided':
      return `person: ${event.data.decision} ${event.data.part ? 'parts of ' : ''}the change of ${event.data.path}`
    case 'review.undone':
      return `person: took back a refusal in ${event.data.path}`
    default:
      return undefined
  }
}

/** Thinking is not told again: it is bound to the conversation that it was thought in. */
function saidBy(content: readonly Content[]): string {
  const parts = content.flatMap((block) => {
    if (block.type === 'text') return [`you: ${block.text}`]
    return block.type === 'call' ? [`you called ${block.name} as ${block.id} with ${block.input}`] : []
  })
  return parts.join('\n') || 'you: (nothing)'
}

function textOf(content: readonly Content[]): string {
  return content.map((block) => (block.type === 'text' ? block.text : nameOfBlock(block))).join('\n')
}

function resultText({ text }: Outcome): string {
  return text === '' ? '(no output)' : text
}

function changedFiles({ data }: SessionEvent<'workspace.changed'>): string | undefined {
  const files = data.changes.filter(isNews).map(({ path, added, removed }) => `${path} (+${added} −${removed})`)
  return files.length === 0 ? undefined : `Files changed by ${data.by}: ${files.join(', ')}`
}
