import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps a growing graph of objects, rewires it all the time, and makes garbage beside it. */
public class Load {
  public static void main(String[] arguments) {
    long end = System.nanoTime() + Long.parseLong(arguments[0]) * 1_000_000_000L;
    List<Map<Integer, Object[]>> kept = new ArrayList<>();
    List<WeakReference<Object>> weak = new ArrayList<>();
    long step = 0;
    while (System.nanoTime() < end) {
      Map<Integer, Object[]> map = new HashMap<>();
      for (int i = 0; i < 400; i++) {
        Object[] cell = new Object[8];
        map.put(i, cell);
        if (i % 50 == 0) weak.add(new WeakReference<>(cell));
      }
      if (kept.size() < 1500) kept.add(map); else kept.set((int) (step % kept.size()), map);
      for (int i = 0; i < kept.size(); i += 7) kept.get(i).get(3)[1] = map.get(5)[2];
      if (weak.size() > 200_000) weak.clear();
      step++;
    }
    System.out.println("steps " + step);
  }
}
