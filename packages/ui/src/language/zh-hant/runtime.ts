import type { runtime as hans } from '../zh-hans/runtime'

/** What the runtime says to a person: English in the log and in failures, and translated where it is shown. */
export const runtime: Record<keyof typeof hans, string> = {
  'No rule allows this command.': '沒有規則允許此命令。',
  'In this mode each edit is asked about.': '在此模式下，每次編輯都會詢問。',
  'No rule can speak for this command: {why}.': '沒有規則能適用於此命令：{why}。',
  '{tool} is a function of another program: what it is given leaves the tab, and what it does cannot be undone here.':
    '{tool} 是另一個程式的函式：交給它的內容會離開此分頁，它所做的事無法在這裡復原。',
  'No rule allows {tool}.': '沒有規則允許 {tool}。',
  'Nothing was allowed to be read from {origin} yet.': '尚未允許從 {origin} 讀取任何內容。',
  'It goes out with {token}: every such request is asked about.': '它會帶著 {token} 送出：每個這樣的請求都會詢問。',
  'It sends more than a question: every such request is asked about.': '它送出的不只是查詢：每個這樣的請求都會詢問。',
  '{class}: that is asked about each time.': '{class}：每次都會詢問。',
  'It holds {names}: such a request is asked about each time.': '其中含有 {names}：這樣的請求每次都會詢問。',
  'Git may run {names} by itself with it.': 'Git 可能會隨之自行執行 {names}。',
  'The program {by} on the relay wants this, and not the agent.': '這是中繼上的程式 {by} 的要求，而不是代理程式的。',
  'Allow it, and it is kept.': '允許後即會保留。',
  'Allow it, and it is kept; deny it, and the next command there first puts back what was there.':
    '允許後即會保留；拒絕後，那裡的下一道命令會先還原原有內容。',
  'The command removes folders with all that is in them.': '此命令會刪除資料夾及其中的全部內容。',
  'The command overwrites what others may have pushed.': '此命令會覆寫他人可能已推送的內容。',
  'The command drops changes that were not committed.': '此命令會捨棄尚未提交的變更。',
  'The command removes files that git does not know.': '此命令會刪除 git 未追蹤的檔案。',
  'The command publishes a package.': '此命令會發布一個套件。',
  'An empty message was not sent.': '空訊息沒有送出。',
  'This request is no longer open.': '此請求已不再等待處理。',
  'This request was already answered.': '此請求已經答覆過了。',
  'This request changed since it was shown; look at it again.': '此請求在顯示之後有了變化；請再看一遍。',
  'This request has to be answered by itself.': '此請求必須單獨答覆。',
  'This call is no longer open.': '此呼叫已不再等待處理。',
  'It was already said what becomes of this call.': '此呼叫的處理方式已經決定。',
  'This question is no longer open.': '此問題已不再等待回答。',
  'This question was already answered.': '此問題已經回答過了。',
  'Choose an answer or write one.': '請選擇一個回答，或自己寫一個。',
  'An empty command cannot be run; deny the request instead.': '空命令無法執行；請改為拒絕此請求。',
  'Nothing of the edit would be left; deny the request instead.': '編輯將不剩任何內容；請改為拒絕此請求。',
  'That is what was asked for already; nothing was changed.': '這正是已經請求的內容；沒有任何變更。',
  '{path} changed since it was shown; look at it again. Nothing was decided.': '{path} 在顯示之後有了變化；請再看一遍。尚未做出決定。',
  '{path} is a binary file: the edit is allowed or denied whole.': '{path} 是二進位檔案：只能整體允許或拒絕此編輯。',
  '{path} is a binary file: it is accepted or rejected whole.': '{path} 是二進位檔案：只能整體接受或拒絕。',
  'This rule is not offered any more; look at the request again.': '此規則已不再提供；請再看一遍請求。',
  'You stopped the answer here. This part is not in the model’s context.': '你在這裡停止了回答。這一部分不在模型的上下文中。',
  'The answer ended here. This part is not in the model’s context.': '回答在此結束。這一部分不在模型的上下文中。',
  'The agent made the same calls with the same results {times} times in a row and was told so.':
    '代理程式連續 {times} 次發出相同的呼叫並得到相同的結果，已告知它。',
  'A tool that was stopped came to its end later. Its result and its changes were dropped.':
    '一個已停止的工具稍後才結束。它的結果和變更已捨棄。',
  'You opened the network again for this session.': '你為此工作階段重新開啟了網路。',
  'You closed the network for this session.': '你為此工作階段關閉了網路。',
  'The program {by} asked for this through the relay; the agent did not.': '這是程式 {by} 透過中繼請求的，不是代理程式。',
  'You took back what you had allowed for this session.': '你收回了為此工作階段允許的內容。',
  'Checkpoint: {name}': '檢查點：{name}',
  'The conversation went back to here.': '對話倒回到了這裡。',
  '{path} is gone; the agent was told.': '{path} 已不存在；已告知代理程式。',
  'Instructions from {path} were given to the agent.': '已將 {path} 中的說明交給代理程式。',
  'The agent was told what failed, and tries again.': '已告知代理程式失敗的內容，它會再次嘗試。',
  'The agent was told to take another approach.': '已告知代理程式換一種做法。',
  'Another approach did not help: the work goes on with the stronger model.': '換一種做法沒有幫助：將由更強的模型繼續工作。',
  'The session was opened again, so its permission mode is {name}.': '工作階段已重新開啟，因此其權限模式為「{name}」。',
  'Commands run in the sandbox of this tab, until the project needs another place.': '命令在此分頁的沙箱中執行，直到專案需要其他位置。',
  'The project needs more than the sandbox has, so commands run from here on: {place}':
    '專案需要的超出沙箱所能，因此從現在起命令執行於：{place}',
  'Put back as before: {files}.': '已還原：{files}。',
  'Left as now: {files}.': '維持現狀：{files}。',
  'Stopped. Send a message to go on.': '已停止。傳送訊息即可繼續。',
  'Stopped after {most} steps in one turn. Send a message to go on.': '一輪中已進行 {most} 步，因此停止。傳送訊息即可繼續。',
  'Stopped at your limit of {amount} {scope}: it stands at {used}. Everything that was done is kept; go on with more, or change the limit in Settings.':
    '已達到你設定的上限 {amount} {scope}，目前為 {used}，因此停止。已完成的內容全部保留；可追加額度繼續，或在設定中變更上限。',
  'Stopped because the agent goes round in circles: it made the same calls with the same results {times} times in a row, the last was {tool}. Everything that was done is kept; tell it what to do differently, or let it go on.':
    '代理程式在原地打轉，因此停止：它連續 {times} 次發出相同的呼叫並得到相同的結果，最後一次是 {tool}。已完成的內容全部保留；請告訴它換什麼做法，或讓它繼續。',
  'The computer slept while the answer was on its way. It is asked for again; nothing was run twice.':
    '回答傳來時電腦進入了睡眠。將重新請求；沒有任何動作重複執行。',
  'Tabwright itself has a fault and stopped this session ({fault}). What was written is kept; try again, or copy a report of it.':
    'Tabwright 自身出錯，已停止此工作階段（{fault}）。已寫入的內容全部保留；請重試，或複製錯誤報告。',
  'The answer was on its way when this session was interrupted. It is asked for again; nothing was run twice.':
    '回答傳來時此工作階段中斷了。將重新請求；沒有任何動作重複執行。',
  'The provider rejected the key a moment ago, so nothing was sent. Enter another key, or try again; nothing is lost.':
    '供應商剛才拒絕了金鑰，因此沒有送出。請輸入其他金鑰或重試；沒有遺失任何內容。',
  'The provider wanted to be paid a moment ago, so nothing was sent. Add credit or raise the limit there, then try again; nothing is lost.':
    '供應商剛才要求付款，因此沒有送出。請在那裡儲值或提高上限後重試；沒有遺失任何內容。',
  'The model server at {endpoint} failed several times in a row and is left alone for a moment. Nothing is lost; it is asked again by itself.':
    '位於 {endpoint} 的模型伺服器連續多次失敗，暫時不再請求。沒有遺失任何內容；稍後會自動重試。',
  'The provider rejected the key.': '供應商拒絕了金鑰。',
  'The provider wants to be paid before it goes on: the credit of this key is used up.': '供應商要求付款後才能繼續：此金鑰的額度已用完。',
  'The provider does not know this model or address.': '供應商不認識此模型或位址。',
  'The request is larger than the provider accepts.': '請求超過了供應商接受的大小。',
  'The provider asks us to slow down.': '供應商要求我們放慢速度。',
  'The model server is overloaded or broken (HTTP {status}).': '模型伺服器過載或出現故障（HTTP {status}）。',
  'The provider refused the request (HTTP {status}).': '供應商拒絕了請求（HTTP {status}）。',
  'The provider broke off its answer.': '供應商中斷了回答。',
  'No key for the provider is set up.': '尚未設定供應商的金鑰。',
  'The relay refused the request.': '中繼拒絕了請求。',
  'The spending limit at the provider is reached.': '已達到供應商處的消費上限。',
  'The conversation no longer fits the model.': '對話已超出模型的容量。',
  'The model server ended the answer before it was complete.': '模型伺服器在回答完成之前就結束了。',
  'The relay at {host} cannot be reached.': '無法連線到位於 {host} 的中繼。',
  'The model server at {host} cannot be reached.': '無法連線到位於 {host} 的模型伺服器。',
  'The answer was stopped.': '回答已停止。',
  'The model server sent nothing for {s} seconds.': '模型伺服器 {s} 秒內沒有送出任何內容。',
  'The connection to the model server broke in the middle of the answer.': '與模型伺服器的連線在回答途中中斷。',
  'The model declined to answer this. Nothing of its answer was run or goes back to it; rephrase, or choose another model.':
    '模型拒絕回答。它的回答沒有被執行，也不會再發給它；請換一種說法，或選擇其他模型。',
  'The answer reached its length limit inside a tool call. Nothing of it was run; it is asked for again with more room.':
    '回答在工具呼叫中達到了長度上限。沒有執行任何內容；將以更大的空間重新請求。',
  'No key was entered in this tab. Add one in Settings.': '此分頁中沒有輸入金鑰。請在設定中新增。',
  'No key was entered in this tab. Your message is kept; add a key in Settings.':
    '此分頁中沒有輸入金鑰。你的訊息已保留；請在設定中新增金鑰。',
  'The key worker failed. Enter the key again.': '金鑰工作執行緒出錯。請重新輸入金鑰。',
  'There is nothing to summarise yet; the conversation is as it was.': '還沒有可摘要的內容；對話維持原樣。',
  'The summary was on its way when this session was interrupted. The conversation is as it was.':
    '摘要進行時此工作階段中斷了。對話維持原樣。',
  'The conversation no longer fits the model, and a summary did not make it fit. Nothing is lost: go back to an earlier point, remove a large attachment, or start a new session.':
    '對話已超出模型的容量，摘要也無法使其容納。沒有遺失任何內容：請倒回到較早的位置、移除大的附件，或開始新的工作階段。',
  'The conversation was summarised twice and was too long again before a step was done, so the turn was stopped. Nothing is lost: go back to an earlier point, ask for a smaller step, or start a new session.':
    '對話已摘要兩次，但在完成一步之前又過長，因此停止了這一輪。沒有遺失任何內容：請倒回到較早的位置、要求更小的步驟，或開始新的工作階段。',
  'There is no relay at this address.': '此位址沒有中繼。',
  'The relay does not answer. Start it again; nothing here is lost.': '中繼沒有回應。請重新啟動它；這裡沒有遺失任何內容。',
  'The relay ended this tab’s session. Reload the page; nothing is lost.': '中繼結束了此分頁的工作階段。請重新載入頁面；沒有遺失任何內容。',
  'The network needs the relay; start it with npm start. Nothing was sent.': '網路需要中繼；請用 npm start 啟動它。沒有送出任何內容。',
  'The network was closed for this session. Nothing was sent.': '此工作階段的網路已關閉。沒有送出任何內容。',
  'Storage is full. Nothing written is lost, but nothing new begins until there is room: delete old sessions, or export them first. A mirror keeps a copy elsewhere.':
    '儲存空間已滿。已寫入的內容沒有遺失，但在有空間之前不會開始新的動作：請刪除舊的工作階段，或先匯出它們。鏡像會在別處保留副本。',
  'Storage is full, so this could not be saved. Nothing already written is lost. Free some space (delete old sessions) and try again.':
    '儲存空間已滿，因此無法儲存。已寫入的內容沒有遺失。請釋放一些空間（刪除舊的工作階段）後重試。',
  'This browser keeps no data for the site (private mode or a policy), so nothing would outlive the tab.':
    '此瀏覽器不為本網站保留資料（隱私模式或原則），因此分頁關閉後不會保留任何內容。',
  'The browser lost its connection to the stored data, and opening it again did not help. Reload the page; what was written is kept.':
    '瀏覽器與已儲存資料的連線中斷，重新開啟也無濟於事。請重新載入頁面；已寫入的內容保留著。',
  'The stored data was written by a newer version of the app. Reload to update; nothing was changed.':
    '已儲存的資料由較新版本的應用程式寫入。請重新載入以更新；沒有任何變更。',
  'Another tab runs an older version of the app and blocks this one. Close or reload that tab, then try again.':
    '另一個分頁執行著舊版本的應用程式並阻擋了此頁。請關閉或重新載入那個分頁，然後重試。',
  'The app was updated in another tab. Reload this one to go on; everything written is kept.':
    '應用程式已在另一個分頁中更新。請重新載入此頁以繼續；已寫入的內容全部保留。',
  'This session was written by a newer version of the app. Reload to update; until then it can only be read.':
    '此工作階段由較新版本的應用程式寫入。請重新載入以更新；在此之前只能閱讀。',
  'Another tab writes session {session} now. Nothing of this was saved; what was written before is kept.':
    '另一個分頁正在寫入工作階段 {session}。這次的內容沒有儲存；之前寫入的內容保留著。',
  'This session was imported: it can be read, and a fork of it can go on. Nothing was changed.':
    '此工作階段是匯入的：可以閱讀，其分支可以繼續。沒有任何變更。',
  'Another tab has this session; take it over to change it here.': '另一個分頁正在使用此工作階段；接管後即可在此變更。',
  'This session can only be read here. Nothing was changed; fork it to go on from it.':
    '此工作階段在這裡只能閱讀。沒有任何變更；建立分支後即可繼續。',
  'The session’s worker stopped and is being started again. What was written is kept; if what you did is not on the screen in a moment, do it again.':
    '工作階段的工作執行緒已停止，正在重新啟動。已寫入的內容保留著；如果你所做的動作片刻後沒有出現，請再做一次。',
  'The agent is at work. Stop it first, then go back; nothing was changed.': '代理程式正在工作。請先停止它再倒回；沒有任何變更。',
  'A checkpoint needs a name. None was made.': '檢查點需要名稱。沒有建立。',
  'There is no {path} in the workspace any more.': '工作區中已沒有 {path}。',
  'There is no file {path} in the workspace.': '工作區中沒有檔案 {path}。',
  'Nothing was changed in this session yet, so there is no patch.': '此工作階段中還沒有任何變更，因此沒有修補檔。',
  'Nothing listens on port {port} any more.': '連接埠 {port} 上已沒有程式在監聽。',
  'The preview did not start within 15 s. Reload it.': '預覽在 15 秒內沒有啟動。請重新載入。',
  'The sandbox could not be loaded: the server of this page does not answer. Nothing was run and the files are as they were; try again when it does.':
    '無法載入沙箱：此頁面的伺服器沒有回應。沒有執行任何內容，檔案維持原樣；請在伺服器恢復後重試。',
  'A fork can begin only where no turn is open. Choose another place; nothing was made.':
    '分支只能從沒有進行中輪次的位置開始。請選擇其他位置；沒有建立。',
  'This session was exported by a newer version of the app. Reload to update; nothing was imported.':
    '此工作階段由較新版本的應用程式匯出。請重新載入以更新；沒有匯入任何內容。',
  'A page in development is never kept.': '開發中的頁面從不保留。',
  'This browser keeps no pages here: it wants https or localhost.': '此瀏覽器在這裡不保留頁面：它要求 https 或 localhost。',
  'The closing bracket is missing.': '缺少右括號。',
  'A rule names a tool, such as read_file or shell(npm test).': '規則需要寫明工具，例如 read_file 或 shell(npm test)。',
  'That is not a key: a key is one line of 8 to 512 letters, digits and signs, without spaces.':
    '這不是金鑰：金鑰是一行 8 到 512 個字母、數字和符號，不含空格。',
  'A key is sent to https addresses only, or to this machine.': '金鑰只會傳送到 https 位址或本機。',
  'Enter the pairing code that the relay printed when it started.': '請輸入中繼啟動時顯示的配對碼。',
  'That is not the pairing code that the relay printed.': '這不是中繼顯示的配對碼。',
  'Nothing was added.': '沒有新增任何內容。',
  'Nothing was imported.': '沒有匯入任何內容。',
  'Nothing was restored.': '沒有還原任何內容。',
  'Nothing was changed.': '沒有任何變更。',
}
