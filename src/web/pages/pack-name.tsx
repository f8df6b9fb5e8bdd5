/** A pack's name, which may break between its words where it is long. */
export function PackName({ pack }: { readonly pack: string }) {
  const words = pack.split(/(?<=_)/);
  return (
    <>
      {words.map((word, index) => (
        <>
          {index > 0 && <wbr />}
          {word}
        </>
      ))}
    </>
  );
}
