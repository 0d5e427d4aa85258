import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { failureOf, MODES, type Attachment } from '@tabwright/protocol'
import { refusedByNpm, type SessionHandle } from '@tabwright/runtime'
import { Composer, ModeChip, StatusLine, type Attaching, type ComposerHandle, type SendWhen } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { readAttached, refusalOf, saveAttached } from '../store/attachments'
import { useApp, useParts } from '../store/context'
import { createDraftKeeper } from '../store/draft-keeper'
import { takeFirstMessage } from '../store/first-message'
import { useAttempt, useScreen } from '../store/session-view'
import { choosePlace } from './choose-place'
import { SessionHands } from './session-hands'
import { useCommands } from './use-commands'
import styles from './chat-panel.module.css'

interface SessionComposerProps {
  readonly handle: SessionHandle
  readonly composer: React.RefObject<ComposerHandle | null>
  readonly running: boolean
  readonly blocked: string | undefined
  readonly onStop: () => void
}

/** The box of one session: its draft, its queue, what answers. */
export function SessionComposer({ handle, composer, running, blocked, onStop }: SessionComposerProps): ReactNode {
  const queue = useScreen(handle, (screen) => screen.queue) ?? []
  const draft = useDraft(handle)
  const held = useScreen(handle, (screen) => screen.held) ?? false
  const attempt = useAttempt()
  const commands = useCommands(handle)
  const setSheet = useApp((state) => state.setSheet)
  const say = useApp((state) => state.say)
  const attaching = useAttaching(handle, draft?.attached)
  useReturned(handle, composer, attaching !== undefined)
  if (draft === undefined || attaching === undefined) return <div className={styles['waiting']} />
  return (
    <Composer
      ref={composer}
      draft={draft.text}
      onDraft={draft.keep}
      onSend={draft.send}
      attaching={attaching}
      onSay={say}
      running={running}
      onStop={onStop}
      queue={queue}
      commands={commands}
      files={() => newestFirst(handle)}
      history={() => ownMessages(handle)}
      held={held}
      onWithdraw={(n) => handle.withdraw(n)}
      onChangeQueued={(n, change) => handle.changeQueued(n, change)}
      onReorder={(order) => handle.reorderQueue(order)}
      onRewind={() => setSheet({ type: 'history', before: undefined })}
      onRelease={() => attempt(handle.retryNow())}
      autoFocus
      footer={<SessionStatusLine handle={handle} />}
      {...(blocked === undefined ? {} : { blocked, placeholder: t('Nothing can be sent here; what you write is kept as a draft') })}
    />
  )
}

async function newestFirst(handle: SessionHandle): Promise<readonly string[]> {
  const files = await handle.listFiles()
  return files
    .filter(({ mode }) => mode !== 'folder')
    .toSorted((a, b) => b.mtime - a.mtime)
    .map(({ path }) => path)
}

/** What the person wrote in this session. */
function ownMessages(handle: SessionHandle): readonly string[] {
  return handle.getScreen().rows.flatMap((row) => (row.type === 'user' && row.from === 'user' ? [row.text] : []))
}

/** Puts a message that a rewind took back into the box, before what is in it. */
function useReturned(handle: SessionHandle, composer: SessionComposerProps['composer'], ready: boolean): void {
  const returned = useApp((state) => state.returned)
  const take = useApp((state) => state.takeReturned)
  const say = useApp((state) => state.say)
  useEffect(() => {
    if (!ready || returned?.session !== handle.id) return
    const back = take(handle.id)
    if (back === undefined) return
    composer.current?.put(back.text, back.attached)
    if (back.fact === undefined) return
    handle.attachmentsOf({ fact: back.fact }).then(
      (attachments) => composer.current?.put('', attachments),
      (error: unknown) => say(t('What was attached could not be read: {why}', { why: failureOf(error).message })),
    )
  }, [handle, composer, ready, returned, take, say])
}

/** What can be attached to a message of this session. Undefined until its draft was read. */
function useAttaching(handle: SessionHandle, initial: readonly Attachment[] | undefined): Attaching | undefined {
  const { drafts, store } = useParts()
  const model = useApp((state) => state.connection?.model)
  if (initial === undefined) return undefined
  return {
    initial,
    read: (file) => drafts.readAttachment(file, file.name),
    refusal: (one) => model && refusalOf(model, one),
    onChange: (list) => {
      saveAttached(drafts, handle.id, list).catch((error: unknown) =>
        store.getState().say(t('What is attached could not be kept for a reload: {why}', { why: failureOf(error).message })),
      )
    },
    queued: (n) => handle.attachmentsOf({ queued: n }),
  }
}

interface Draft {
  readonly text: string
  readonly attached: readonly Attachment[]
  readonly keep: (text: string) => void
  readonly send: (text: string, attachments: readonly Attachment[], when: SendWhen) => Promise<void>
}

/** The text that was left in the box. A first message typed on the start page is in it until the session has kept it. */
function useDraft(handle: SessionHandle): Draft | undefined {
  const { drafts, store } = useParts()
  const [draft, setDraft] = useState<Draft>()
  useEffect(() => {
    const keeper = createDraftKeeper(
      (text) => drafts.saveDraft(handle.id, text),
      (error) => store.getState().say(t('The draft could not be kept: {why}', { why: failureOf(error).message })),
    )
    let isOver = false
    const send: Draft['send'] = async (text, attachments, when) => {
      keeper.forget()
      try {
        await handle.send(text, attachments, when)
      } catch (error) {
        keeper.keep(text)
        throw error
      }
    }
    const start = async (): Promise<void> => {
      await choosePlace(handle, store)
      let text = await drafts.readDraft(handle.id)
      let attached = await readAttached(drafts, handle.id)
      if (takeFirstMessage(handle.id) && (text !== '' || attached.length > 0)) {
        try {
          await handle.send(text, attached)
          text = ''
          attached = []
          keeper.keep(text)
          await saveAttached(drafts, handle.id, attached)
        } catch (error) {
          store.getState().say(t('{why} Your message is in the box.', { why: failureOf(error).message }))
        }
      }
      if (!isOver) setDraft({ text, attached, keep: keeper.keep, send })
    }
    start().catch((error: unknown) => {
      store.getState().say(t('The draft could not be read: {why}', { why: failureOf(error).message }))
      if (!isOver) setDraft({ text: '', attached: [], keep: keeper.keep, send })
    })
    const flush = (): void => keeper.flush()
    addEventListener('pagehide', flush)
    return () => {
      isOver = true
      removeEventListener('pagehide', flush)
      keeper.flush()
    }
  }, [handle, drafts, store])
  return draft
}

function SessionStatusLine({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const connection = useApp((state) => state.connection)
  const pickModel = useApp((state) => state.pickModel)
  const screen = useScreen(handle, (whole) => whole)
  const rows = screen?.rows
  const refused = useMemo(() => rows && refusedByNpm(rows), [rows])
  const attempt = useAttempt()
  const showTab = useApp((state) => state.showTab)
  if (connection === undefined || screen === undefined) return null
  return (
    <StatusLine
      mode={<ModeChip mode={screen.mode} modes={MODES} onMode={(mode) => attempt(handle.setMode(mode))} />}
      model={connection.model}
      models={connection.models}
      onModel={pickModel}
      window={screen.window}
      cost={screen.cost}
      usage={screen.usage}
      onCompact={() => attempt(handle.compact())}
      onParts={() => showTab('context')}
      {...(screen.compacting === undefined ? {} : { compactBlocked: t('A summary is being made.') })}
      hands={
        <SessionHands
          handle={handle}
          hands={screen.hands}
          isAutomatic={screen.handsBy === 'app'}
          hasBegun={screen.rows.some(({ type }) => type === 'agent')}
          refused={refused}
        />
      }
    />
  )
}
