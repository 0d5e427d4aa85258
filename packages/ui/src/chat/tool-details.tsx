import { Suspense, type ReactNode } from 'react'
import { lazyPart } from '../layout/lazy-part'
import { assertNever, countHidden, TODO_TOOL, todosIn, withHiddenShown, type CallRow, type Row, type Verdict } from '@tabwright/protocol'
import { Copy, EyeOff } from 'lucide-react'
import { Visible } from '../approvals/exact-request'
import { IconButton } from '../layout/icon-button'
import { plural, said, t, type Phrase } from '../language'
import { useCopy } from '../layout/use-copy'
import { TodoList } from '../tasks/todo-list'
import { Attachments } from './attachments'
import { CardPlaces, FileLink, ShellDoors } from './card-places'
import { FixButton } from './fix-button'
import { noteText, outputTail, prettyInput, textField } from './tool-line'
import styles from './tool-card.module.css'

/** Comes with the first edit that is opened: comparing texts is no business of the first load. */
const StaticDiff = lazyPart('The difference', async () => (await import('../review/static-diff')).StaticDiff)

/** Shows the rows of a conversation within a card. */
export type Inside = (rows: readonly Row[]) => ReactNode

/** What a card holds when open: what was asked, what came of it, which files moved, and which rule let it through. */
export function ToolDetails({ row, inside }: { readonly row: CallRow; readonly inside?: Inside | undefined }): ReactNode {
  const conversation = row.task && inside?.(row.task.rows)
  // What a sub-agent was asked and what it reports are the ends of its conversation.
  const output = conversation ? '' : (row.outcome?.text ?? row.live ?? '')
  const detail = row.outcome !== undefined && 'detail' in row.outcome ? row.outcome.detail : undefined
  return (
    <div className={styles['details']}>
      {conversation ?? <Asked row={row} />}
      {row.outcome?.type === 'failed' && <p className={styles['reason']}>{said(row.outcome.failure.message)}</p>}
      {row.outcome?.type === 'denied' && row.outcome.note !== undefined && (
        <p className={styles['reason']}>{noteText(row, row.outcome.note)}</p>
      )}
      {output !== '' && <Output text={output} />}
      <CardPlaces row={row} />
      {row.outcome?.type === 'done' && row.outcome.images !== undefined && <Attachments label={t('Pictures')} list={row.outcome.images} />}
      {detail?.files !== undefined && detail.files.length > 0 && (
        <ul className={styles['files']} aria-label={t('Files changed')}>
          {detail.files.map((file) => (
            <li key={file.path}>
              <FileLink path={file.path} /> <span className={styles['added']}>+{file.added}</span>{' '}
              <span className={styles['removed']}>−{file.removed}</span>
            </li>
          ))}
        </ul>
      )}
      {detail?.full !== undefined && (
        <p className={styles['aside']}>{t('Shortened for the model. Whole output: {path}', { path: detail.full })}</p>
      )}
      {row.verdict !== undefined && <p className={styles['aside']}>{verdictText(row.verdict)}</p>}
      <ShellDoors row={row} />
      <FixButton row={row} />
    </div>
  )
}

/** The input as what it means: a command, an edit, or data. */
function Asked({ row }: { readonly row: CallRow }): ReactNode {
  if (row.name === 'shell')
    return <Section title={t('Command')} copy="Copy command" text={textField(row.input, 'command') ?? row.input} exact />
  const todos = row.name === TODO_TOOL ? todosIn(row.input) : undefined
  if (todos !== undefined) return <TodoList todos={todos} />
  const before = row.name === 'edit_file' ? textField(row.input, 'old_text') : undefined
  const after = row.name === 'edit_file' ? textField(row.input, 'new_text') : undefined
  const input = { title: t('Input'), copy: 'Copy input', text: prettyInput(row.input) } as const
  if (before === undefined || after === undefined) return <Section {...input} />
  return (
    <Suspense fallback={<Section {...input} />}>
      <StaticDiff before={before} after={after} />
    </Suspense>
  )
}

function verdictText(verdict: Verdict): string {
  switch (verdict.type) {
    case 'allow':
      return t('Allowed by rule {rule}', { rule: verdict.shown })
    case 'deny':
      return t('Denied by rule: {why}', { why: verdict.reason })
    case 'ask':
      return t('Asked you: {why}', { why: verdict.reason })
    default:
      return assertNever(verdict)
  }
}

function Output({ text }: { readonly text: string }): ReactNode {
  const tail = outputTail(text)
  const last = { lines: plural(40, 'line'), hidden: tail.hidden }
  const title = tail.hidden === 0 ? t('Output') : t('Output · last {lines}, {hidden} before', last)
  const hidden = countHidden(text)
  return (
    <>
      <Section title={title} copy="Copy output" text={withHiddenShown(tail.text)} copied={text} />
      {hidden > 0 && (
        <p className={styles['hidden']}>
          <EyeOff size={13} aria-hidden />{' '}
          {t('{what} in it, shown as escapes here and to the model', { what: plural(hidden, 'hidden character') })}
        </p>
      )}
    </>
  )
}

interface SectionProps {
  readonly title: string
  /** What the button says that copies it. */
  readonly copy: Phrase
  readonly text: string
  readonly copied?: string
  /** Nothing in it may hide. */
  readonly exact?: boolean
}

function Section({ title, copy: name, text, copied = text, exact = false }: SectionProps): ReactNode {
  const copy = useCopy(copied, name)
  return (
    <div className={styles['section']}>
      <div className={styles['heading']}>
        <span>{title}</span>
        <IconButton label={copy.label} onPress={copy.run}>
          <Copy size={13} aria-hidden />
        </IconButton>
      </div>
      <pre tabIndex={0} data-exact={exact || undefined}>
        {exact ? <Visible text={text} /> : text}
      </pre>
    </div>
  )
}
