import type { preview as hans } from '../zh-hans/preview'

/** `preview/` */
export const preview: Record<keyof typeof hans, string> = {
  Log: '記錄',
  Info: '資訊',
  Debug: '偵錯',
  Warning: '警告',
  Error: '錯誤',
  'Page console': '頁面主控台',
  Console: '主控台',
  'Fix this error': '修正此錯誤',
  'Fix these errors': '修正這些錯誤',
  Clear: '清除',
  'Console lines': '主控台的行',
  'The page has printed nothing.': '頁面沒有輸出任何內容。',
  '{n} errors': '{n} 個錯誤',
  'Full width': '全寬',
  'Phone, 390': '手機，390',
  'Tablet, 820': '平板，820',
  'Laptop, 1280': '筆記型電腦，1280',
  Forward: '下一頁',
  Port: '連接埠',
  'Port {port}': '連接埠 {port}',
  Folder: '資料夾',
  Workspace: '工作區',
  Address: '位址',
  Width: '寬度',
  'Starting the preview…': '正在啟動預覽…',
  'No page yet. A folder of the workspace with an index.html is shown here as soon as there is one, and so is what a program answers that listens on a port.':
    '還沒有頁面。工作區中一旦有帶 index.html 的資料夾，就會顯示在這裡；在連接埠上接聽的程式的回應也會。',
  'The page has not answered for seconds; it may be in an endless loop. The app goes on.':
    '頁面已有數秒沒有回應；可能陷入了無窮迴圈。應用程式繼續執行。',
  'Start the page anew': '重新啟動頁面',
  'Nothing listens on port {port} any more: the program ended or was stopped. Its page is shown again when one listens there.':
    '連接埠 {port} 上不再有程式接聽：程式已結束或被停止。再有程式在那裡接聽時，會重新顯示其頁面。',
  '{message} The files are as they were.': '{message} 檔案維持原樣。',
}
