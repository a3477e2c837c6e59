/** Runs something that prints, and gives what it printed instead of letting it through. */
export async function printed(action: () => Promise<unknown>): Promise<string> {
  const { log } = console;
  const write = process.stdout.write.bind(process.stdout);
  let text = "";
  console.log = (line = "") => void (text += `${String(line)}\n`);
  process.stdout.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  try {
    await action();
  } finally {
    console.log = log;
    process.stdout.write = write;
  }
  return text;
}
