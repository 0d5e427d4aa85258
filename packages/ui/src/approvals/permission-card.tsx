import { Suspense, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Rich, said, t } from '../language'
import { lazyPart } from '../layout/lazy-part'
import type { Approval, TaskName } from '@tabwright/protocol'
import { ShieldQuestion } from 'lucide-react'
import { Button } from '../layout/button'
import { AskCard, Origin, useAsking } from './ask-card'
import type { RefusedParts } from './choose-parts'
import { EditCommand } from './edit-command'
import { useEditSides, type EditFiles, type EditSides } from './edit-files'
import { ExactRequest, Visible } from './exact-request'
import { OtherEdits } from './other-edits'
import { questionOf, type EditQuestion, type Question } from './request'
import { RuleOffers, type OfferedRule } from './rule-offers'
import { isTextField } from './typing'
import styles from './permission-card.module.css'

/** Comes with the first edit that is looked at part by part: comparing texts is no business of the first load. */
const MergeEdit = lazyPart('What both changed', async () => (await import('./merge-edit')).MergeEdit)
const ChooseParts = lazyPart('The parts', async () => (await import('./choose-parts')).ChooseParts)

/** What the person chose. A note is for the agent: with it the agent goes on and knows why. */
export interface PermissionAnswer {
  readonly answer: 'deny' | 'once' | 'session' | 'project'
  /** The rule that `session` or `project` makes. */
  readonly rule?: OfferedRule
  readonly note?: string
  /** Edits that pass with this one. */
  readonly also?: readonly Pick<Approval, 'call' | 'digest'>[]
}

/** What the person makes of a request instead of answering it. */
export type PermissionChange =
  | { readonly type: 'command'; readonly command: string }
  | ({ readonly type: 'parts' } & RefusedParts)
  | { readonly type: 'merged'; readonly text: string; readonly base: number }

export interface PermissionCardProps {
  readonly approval: Approval
  /** This one and those behind it. */
  readonly place: { readonly n: number; readonly of: number }
  /** The focus must stay where it is. */
  readonly isOccupied: () => boolean
  /** Edits that one yes may cover together with this one. */
  readonly others: readonly Approval[]
  readonly onAnswer: (answer: PermissionAnswer) => Promise<void>
  /** Puts what the person made of it in its place. */
  readonly onChange: (change: PermissionChange) => Promise<void>
  readonly files: EditFiles
}

/** Asks before something happens. Give it the digest as `key`: a new request is a new card. */
export function PermissionCard({ approval, place, isOccupied, others, onAnswer, onChange, files }: PermissionCardProps): ReactNode {
  const question = questionOf(approval)
  const [read, setRead] = useState(false)
  const [note, setNote] = useState<string>()
  const [rule, setRule] = useState<OfferedRule>('narrow')
  const [isChanging, setChanging] = useState(false)
  const deny = useRef<HTMLButtonElement>(null)
  const { ready, problem, give, refuses } = useAsking<PermissionAnswer | PermissionChange>({
    digest: approval.digest,
    safe: deny,
    isOccupied,
    onAnswer: (given) => ('answer' in given ? onAnswer(given) : onChange(given)),
  })
  const known = useEditSides(files, approval.hasRun ? undefined : approval.base)
  const sides = typeof known === 'string' ? undefined : known
  // What the person wrote meanwhile is put together with it first.
  const moved = question.edit && sides && sides.now !== sides.base ? sides : undefined
  const changeable = approval.hasRun || moved ? undefined : approval.tool === 'shell' ? question.command : question.edit
  // While it is being changed it is not what would run.
  const mayAllow = ready && read && !isChanging && !moved
  const allow = (answer: 'once' | 'session' | 'project'): void => {
    if (mayAllow) void give(answer === 'once' ? { answer } : { answer, rule })
  }
  const allowAll = (): void => {
    if (mayAllow) void give({ answer: 'once', also: others.map(({ call, digest }) => ({ call, digest })) })
  }
  const refuse = (): void => {
    if (ready) void give(note === undefined || note.trim() === '' ? { answer: 'deny' } : { answer: 'deny', note: note.trim() })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (refuses(event)) return
    const inNote = event.target instanceof HTMLElement && isTextField(event.target)
    const command = event.metaKey || event.ctrlKey
    if (event.key === 'Escape') refuse()
    else if (event.key === 'Enter' && command && !inNote) allow('once')
    else if (event.key === 'Enter' && command) refuse()
    else if (!inNote && !command && !event.altKey && event.key.toLowerCase() === 'n') setNote(note ?? '')
    else if (!inNote && !command && !event.altKey && event.key.toLowerCase() === 'd') refuse()
    else if (!inNote && !command && !event.altKey && event.key.toLowerCase() === 'e' && changeable !== undefined) setChanging(true)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <AskCard
      label={t('Permission required')}
      testId="permission-card"
      icon={<ShieldQuestion size={18} aria-hidden />}
      title={question.title}
      tool={approval.tool}
      reason={<Reason task={approval.task} text={approval.reason} />}
      place={place}
      problem={problem}
      onKeyDown={onKeyDown}
      first={
        moved ? t('The file changed: put both together, or deny.') : read ? undefined : t('Scroll to the end of the request to allow it.')
      }
      actions={
        <>
          <Button ref={deny} disabled={!ready} onPress={refuse} title={t('Deny (Esc)')}>
            {t('Deny')}
          </Button>
          <Button look="plain" disabled={!ready} onPress={() => setNote(note ?? '')} title={t('Deny with note (N)')}>
            {t('Deny with note…')}
          </Button>
          {changeable !== undefined && <ChangeButton tool={approval.tool} disabled={!ready} onPress={() => setChanging(true)} />}
          <AllowButtons approval={approval} others={others.length} disabled={!mayAllow} onAllow={allow} onAllowAll={allowAll} />
        </>
      }
    >
      {approval.isEdited && <p className={styles['edited']}>{t('Changed by you: this is what would run, and the agent is told.')}</p>}
      {question.purpose !== undefined && <Purpose text={question.purpose} who={approval.tool === 'fetch' ? 'command' : 'agent'} />}
      {/* Read to its end is what stands there in the end. */}
      {known === 'reading' ? (
        <p className={styles['hint']}>{t('Reading the file…')}</p>
      ) : (
        <ExactRequest
          bytes={approval.bytes}
          command={question.command}
          edit={question.edit && compared(question.edit, sides)}
          folder={question.folder}
          onRead={() => setRead(true)}
        />
      )}
      {question.covers !== undefined && <Covers text={question.covers} />}
      <RuleOffers approval={approval} chosen={rule} onChoose={setRule} />
      <OtherEdits edits={others} />
      {moved && question.edit && (
        <Suspense>
          <MergeEdit
            key={moved.version}
            edit={question.edit}
            sides={moved}
            disabled={!ready}
            onUse={(text, base) => void give({ type: 'merged', text, base })}
          />
        </Suspense>
      )}
      {isChanging && !moved && (
        <Change
          question={question}
          disabled={!ready}
          readFile={files.readFile}
          onUse={(change) => void give(change)}
          onCancel={() => {
            setChanging(false)
            deny.current?.focus()
          }}
        />
      )}
      {note !== undefined && <NoteField note={note} onChange={setNote} />}
    </AskCard>
  )
}

interface ChangeButtonProps {
  readonly tool: string
  readonly disabled: boolean
  readonly onPress: () => void
}

function ChangeButton({ tool, disabled, onPress }: ChangeButtonProps): ReactNode {
  const [label, title] =
    tool === 'shell' ? (['Edit command…', 'Edit command… (E)'] as const) : (['Choose parts…', 'Choose parts… (E)'] as const)
  return (
    <Button look="plain" disabled={disabled} onPress={onPress} title={t(title)}>
      {t(label)}
    </Button>
  )
}

interface AllowButtonsProps {
  readonly approval: Approval
  readonly others: number
  readonly disabled: boolean
  readonly onAllow: (answer: 'once' | 'session' | 'project') => void
  readonly onAllowAll: () => void
}

function AllowButtons({ approval, others, disabled, onAllow, onAllowAll }: AllowButtonsProps): ReactNode {
  return (
    <span className={styles['allow']}>
      {approval.offer !== undefined && (
        <>
          <Button disabled={disabled} onPress={() => onAllow('project')}>
            {t('Always allow in this project')}
          </Button>
          <Button disabled={disabled} onPress={() => onAllow('session')}>
            {t('Allow for this session')}
          </Button>
        </>
      )}
      {others > 0 && (
        <Button disabled={disabled} onPress={onAllowAll}>
          {t('Allow all {n} edits', { n: others + 1 })}
        </Button>
      )}
      <Button look="primary" disabled={disabled} onPress={() => onAllow('once')} title={t('Allow once (Ctrl+Enter)')}>
        {t('Allow once')}
      </Button>
    </span>
  )
}

/** Which of the agents asks, in front of why the person is asked. */
function Reason({ task, text }: { readonly task: TaskName | undefined; readonly text: string }): ReactNode {
  return (
    <>
      {task !== undefined && <Origin task={task} />} <Visible text={said(text)} />
    </>
  )
}

/** A whole new content is shown against the file that it would replace. */
function compared(edit: EditQuestion, sides: EditSides | undefined): EditQuestion {
  return edit.before === null && sides ? { ...edit, before: sides.base } : edit
}

interface ChangeProps {
  readonly question: Question
  readonly disabled: boolean
  readonly readFile: EditFiles['readFile']
  readonly onUse: (change: PermissionChange) => void
  readonly onCancel: () => void
}

/** The request, to be changed. */
function Change({ question, disabled, readFile, onUse, onCancel }: ChangeProps): ReactNode {
  const { command, edit } = question
  if (edit !== undefined) {
    return (
      <Suspense>
        <ChooseParts
          edit={edit}
          disabled={disabled}
          readFile={readFile}
          onUse={(parts) => onUse({ type: 'parts', ...parts })}
          onCancel={onCancel}
        />
      </Suspense>
    )
  }
  return (
    command !== undefined && (
      <EditCommand command={command} disabled={disabled} onUse={(text) => onUse({ type: 'command', command: text })} onCancel={onCancel} />
    )
  )
}

/** A claim of the model's, held to three lines however long it is: all of it stands in the request below. */
function Purpose({ text, who }: { readonly text: string; readonly who: 'agent' | 'command' }): ReactNode {
  const claim = (
    <bdi>
      <Visible text={text} />
    </bdi>
  )
  return (
    <p className={styles['purpose']}>
      <Rich text={who === 'agent' ? 'The agent says: “{text}”' : 'The command says: “{text}”'} with={{ text: claim }} />
    </p>
  )
}

/** What a yes speaks for beside the request. */
function Covers({ text }: { readonly text: string }): ReactNode {
  return (
    <p className={styles['covers']}>
      <Rich text="Allowing it also allows {what}." with={{ what: <Visible text={text} /> }} />
    </p>
  )
}

function NoteField({ note, onChange }: { readonly note: string; readonly onChange: (note: string) => void }): ReactNode {
  return (
    <textarea
      className={styles['note']}
      aria-label={t('Note to the agent')}
      placeholder={t('What should it do instead? Then press Deny.')}
      rows={2}
      // The person just asked for this field.
      autoFocus
      value={note}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
